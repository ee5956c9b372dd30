package dev.reveille.gateway.web;

import static dev.reveille.gateway.loops.TestLoops.PATIENCE;
import static dev.reveille.gateway.loops.TestLoops.soon;

import dev.reveille.gateway.front.FrontDoorSettings;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.gateway.loops.TestLoops;
import dev.reveille.session.visit.Sessions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** A web door on one loop, with a handler and sessions that the test plays. */
final class OpenDoor implements AutoCloseable {

    /** Limits that no test runs into. */
    static final WebSettings PATIENT = with(Duration.ofSeconds(20), Duration.ofSeconds(20));

    /** Limits that are soon reached, but for that of a connection at rest. */
    static final WebSettings QUICK = with(Duration.ofMillis(300), Duration.ofSeconds(20));

    static WebSettings with(Duration limit, Duration idle) {
        return new WebSettings(
                true,
                100,
                100,
                limit,
                4_096,
                limit,
                idle,
                limit,
                Duration.ofMillis(50),
                Set.of("db.example.com"),
                Set.of(),
                WebSettings.DEFAULTS.webSocket());
    }

    private final TestLoops loops = TestLoops.open(1);
    private final TestProbe<Sessions.Message> sessions = loops.kit().createTestProbe();
    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private final WebListener door;

    /** A request that waits for the test's answer. */
    record Waiting(WebRequest request, CompletableFuture<HttpResponse> answer) {

        void answers(String text) {
            answer.complete(HttpResponse.create().withEntity(text));
        }
    }

    OpenDoor() {
        this(PATIENT, FrontDoorSettings.withoutTls());
    }

    OpenDoor(WebSettings settings, FrontDoorSettings front) {
        door = soon(WebListener.open(
                loops.loops(),
                loops.kit().system(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                settings,
                front,
                SocketSettings.DEFAULTS,
                List.of(sessions.getRef()),
                this::handle));
    }

    private CompletableFuture<HttpResponse> handle(WebRequest request) {
        String path = request.http().getUri().path();
        return switch (path) {
            case "/hello" ->
                CompletableFuture.completedFuture(HttpResponse.create().withEntity("hello"));
            case "/big" ->
                CompletableFuture.completedFuture(HttpResponse.create().withEntity("x".repeat(1_000_000)));
            case "/broken" -> throw new IllegalStateException("the cause, which is nobody's business");
            case "/echo" ->
                request.http()
                        .entity()
                        .toStrict(PATIENCE.toMillis(), request.materializer())
                        .thenApply(body -> HttpResponse.create()
                                .withEntity(HttpEntities.create(body.getContentType(), body.getData())))
                        .toCompletableFuture();
            default -> {
                Waiting later = new Waiting(request, new CompletableFuture<>());
                waiting.add(later);
                yield later.answer;
            }
        };
    }

    WebListener listener() {
        return door;
    }

    TestLoops loops() {
        return loops;
    }

    InetSocketAddress address() {
        return door.address();
    }

    /** The next request that the door itself does not answer. */
    Waiting hears() throws InterruptedException {
        Waiting next = waiting.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no request came");
        }
        return next;
    }

    /** The next WebSocket. */
    Sessions.Admit admits() {
        return (Sessions.Admit) sessions.receiveMessage(PATIENCE);
    }

    @Override
    public void close() {
        loops.close();
    }
}
