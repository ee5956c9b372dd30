package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.reveille.node.embedded.EmbeddedCompute.Answer;
import dev.reveille.node.embedded.EmbeddedCompute.Command;
import dev.reveille.node.embedded.EmbeddedCompute.Leave;
import dev.reveille.node.embedded.EmbeddedCompute.NotWoken;
import dev.reveille.node.embedded.EmbeddedCompute.SessionBegan;
import dev.reveille.node.embedded.EmbeddedCompute.SessionEnded;
import dev.reveille.node.embedded.EmbeddedCompute.Wake;
import dev.reveille.node.embedded.EmbeddedCompute.Woken;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.session.compute.ComputeAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** When a server starts and stops; the servers are scripted and the time is ours. */
class EmbeddedComputeTest {

    private static final Config MANUAL_TIME = ManualTime.config();
    private static final ActorTestKit KIT = ActorTestKit.create(MANUAL_TIME);
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final Executor BLOCKING = command -> Thread.startVirtualThread(command);

    private final ManualTime time = ManualTime.get(KIT.system());
    private final ScriptedHost host = new ScriptedHost();
    private final TestProbe<Answer> client = KIT.createTestProbe();
    private final ActorRef<Command> compute =
            KIT.spawn(EmbeddedCompute.create(new EndpointId("demo"), host, IDLE, BLOCKING));

    @AfterAll
    static void closeKit() {
        KIT.shutdownTestKit();
    }

    @Test
    void oneStartServesAllWhoWait() throws Exception {
        // Given
        compute.tell(new Wake(client.ref()));
        compute.tell(new Wake(client.ref()));
        Start start = host.nextStart();

        // When
        Server server = start.succeeds();

        // Then
        assertThat(client.expectMessageClass(Woken.class).compute().startedForThis())
                .isTrue();
        client.expectMessageClass(Woken.class);
        compute.tell(new Wake(client.ref()));
        Woken later = client.expectMessageClass(Woken.class);
        assertThat(later.compute().startedForThis()).isFalse();
        assertThat(later.compute().address()).isEqualTo(server.address());
        host.expectNoStart();
    }

    @Test
    void aFailedStartIsToldToAllAndTheNextWakeTriesAgain() throws Exception {
        // Given
        compute.tell(new Wake(client.ref()));
        compute.tell(new Wake(client.ref()));

        // When
        host.nextStart().fails();

        // Then
        client.expectMessageClass(NotWoken.class);
        client.expectMessageClass(NotWoken.class);
        compute.tell(new Wake(client.ref()));
        host.nextStart().succeeds();
        client.expectMessageClass(Woken.class);
    }

    @Test
    void aServerInUseStaysAwakeHoweverLong() throws Exception {
        // Given
        Server server = awake();
        compute.tell(new SessionBegan());
        compute.tell(new SessionBegan());
        compute.tell(new SessionEnded());
        expectAwake(server);

        // When
        time.timePasses(IDLE.multipliedBy(10));

        // Then
        expectAwake(server);
        compute.tell(new SessionEnded());
        expectAwake(server);
        time.timePasses(IDLE);
        server.expectStop();
    }

    @Test
    void aWakeGrantsAnotherFullIdleTime() throws Exception {
        // Given
        Server server = awake();
        time.timePasses(IDLE.minusSeconds(1));

        // When
        compute.tell(new Wake(client.ref()));
        client.expectMessageClass(Woken.class);

        // Then
        time.timePasses(IDLE.minusSeconds(1));
        expectAwake(server);
    }

    @Test
    void aWakeThatComesWhileTheServerStopsWaitsAndStartsItAgain() throws Exception {
        // Given
        Server first = awake();
        time.timePasses(IDLE);
        first.expectStop();

        // When
        compute.tell(new Wake(client.ref()));
        host.expectNoStart();
        first.stops();

        // Then
        Server second = host.nextStart().succeeds();
        assertThat(client.expectMessageClass(Woken.class).compute().address()).isEqualTo(second.address());
    }

    @Test
    void aServerThatDiesIsStartedByTheNextWakeAndTheOldDeathDoesNotCountTwice() throws Exception {
        // Given
        Server first = awake();

        // When
        first.dies();

        // Then
        Server second = startedAgain();
        compute.tell(new SessionBegan());
        expectAwake(second);
        time.timePasses(IDLE);
        expectAwake(second);
    }

    @Test
    void aSessionThatMeetsASleepingServerIsCountedOnceItIsAwake() throws Exception {
        // Given: a session follows an address from before
        compute.tell(new SessionBegan());
        Server server = awake();

        // When
        time.timePasses(IDLE);

        // Then
        expectAwake(server);
    }

    @Test
    void whoLeavesStopsTheServerFirst() throws Exception {
        // Given
        Server server = awake();
        TestProbe<Done> watcher = KIT.createTestProbe();

        // When
        compute.tell(new Leave());

        // Then
        server.expectStop();
        compute.tell(new Wake(client.ref()));
        client.expectMessageClass(NotWoken.class);
        server.stops();
        watcher.expectTerminated(compute);
    }

    @Test
    void whoLeavesDuringAStartStopsWhatWasStarted() throws Exception {
        // Given
        compute.tell(new Wake(client.ref()));
        Start start = host.nextStart();

        // When
        compute.tell(new Leave());

        // Then
        client.expectMessageClass(NotWoken.class);
        Server server = start.succeeds();
        server.expectStop();
        server.stops();
        KIT.createTestProbe().expectTerminated(compute);
    }

    private Server awake() throws Exception {
        compute.tell(new Wake(client.ref()));
        Server server = host.nextStart().succeeds();
        client.expectMessageClass(Woken.class);
        return server;
    }

    /** Wakes until the actor has heard of the death, before which it answers with the old address. */
    private Server startedAgain() throws Exception {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            compute.tell(new Wake(client.ref()));
            Start start = host.starts.poll(10, TimeUnit.MILLISECONDS);
            if (start != null) {
                Server server = start.succeeds();
                client.expectMessageClass(Woken.class);
                return server;
            }
            client.expectMessageClass(Woken.class);
        }
        throw new AssertionError("the death was never heard of");
    }

    /** The actor has handled what it was told before, and still says that {@code server} is ready. */
    private void expectAwake(Server server) {
        compute.tell(new Wake(client.ref()));
        assertThat(client.expectMessageClass(Woken.class).compute().address()).isEqualTo(server.address());
    }

    /** A host whose starts and stops happen when the test says so. */
    private static final class ScriptedHost implements ComputeHost {

        private final BlockingQueue<Start> starts = new LinkedBlockingQueue<>();
        private int ports = 5_000;

        @Override
        public RunningServer start(EndpointId endpoint) throws EmbeddedFailure, InterruptedException {
            Start start = new Start(new CompletableFuture<>(), ports++);
            starts.add(start);
            try {
                return start.outcome.get();
            } catch (ExecutionException failure) {
                throw (EmbeddedFailure) failure.getCause();
            }
        }

        @Override
        public void used(EndpointId endpoint) {}

        Start nextStart() throws InterruptedException {
            Start start = starts.poll(10, TimeUnit.SECONDS);
            assertThat(start).as("a start").isNotNull();
            return start;
        }

        void expectNoStart() {
            assertThat(starts).isEmpty();
        }
    }

    private record Start(CompletableFuture<Server> outcome, int port) {

        Server succeeds() {
            Server server = new Server(new ComputeAddress("127.0.0.1", port));
            outcome.complete(server);
            return server;
        }

        void fails() {
            outcome.completeExceptionally(EmbeddedFailure.ofMachine("no more disk"));
        }
    }

    private record Server(
            ComputeAddress address,
            CompletableFuture<Done> gone,
            CompletableFuture<Done> stopAsked,
            CompletableFuture<Done> stopped)
            implements ComputeHost.RunningServer {

        Server(ComputeAddress address) {
            this(address, new CompletableFuture<>(), new CompletableFuture<>(), new CompletableFuture<>());
        }

        @Override
        public void stop() {
            stopAsked.complete(Done.getInstance());
            stopped.join();
        }

        void expectStop() throws Exception {
            stopAsked.get(10, TimeUnit.SECONDS);
        }

        void stops() {
            gone.complete(Done.getInstance());
            stopped.complete(Done.getInstance());
        }

        void dies() {
            gone.complete(Done.getInstance());
        }
    }
}
