package dev.reveille.session.relay;

import dev.reveille.kit.FarEnd;
import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;

/** A wire with a scripted client at one end and, once attached, a scripted compute at the other; the test is its session. */
final class RunningWire {

    /** Short, because a test waits for it. */
    private static final Duration LAST_WORDS_MAX = Duration.ofMillis(200);

    private static final long PATIENCE_SECONDS = 10;

    final ScriptedClient client = new ScriptedClient();
    final ScriptedCompute compute = new ScriptedCompute();
    final Wire wire;
    private final BlockingQueue<WireEvent> events = new LinkedBlockingQueue<>();

    RunningWire(ActorTestKit testKit) {
        this(testKit, Optional.empty());
    }

    private RunningWire(ActorTestKit testKit, Optional<Link> socket) {
        wire = client.end()
                .flow()
                .joinMat(Flow.fromGraph(new WireStage(events::add, socket, false, LAST_WORDS_MAX)), Keep.right())
                .run(testKit.system());
    }

    /** A wire in the middle of its relay. */
    static RunningWire relaying(ActorTestKit testKit) {
        return new RunningWire(testKit).attached(testKit).relaying();
    }

    /** The same, where the client's end might be spliced. */
    static RunningWire relaying(ActorTestKit testKit, Link socket) {
        return attached(testKit, socket).relaying();
    }

    /** A wire that has a compute and does not relay yet. */
    static RunningWire attached(ActorTestKit testKit, Link socket) {
        return new RunningWire(testKit, Optional.of(socket)).attached(testKit);
    }

    private RunningWire attached(ActorTestKit testKit) {
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(testKit.system())));
        return this;
    }

    private RunningWire relaying() {
        wire.relay();
        isBusy(); // Orders are carried out one after the other: when this is answered the relay has begun.
        return this;
    }

    /** The wire's next report, which must be of this kind. */
    <E extends WireEvent> E reports(Class<E> kind) {
        try {
            WireEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!kind.isInstance(event)) {
                throw new AssertionError("expected %s but was told %s".formatted(kind.getSimpleName(), event));
            }
            return kind.cast(event);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    RelaySummary reportsTheEnd() {
        return reports(WireEvent.RelayEnded.class).summary();
    }

    /** The summary, whatever was reported before it. */
    RelaySummary reportsSoFarUntilTheEnd() {
        WireEvent event = reports(WireEvent.class);
        while (!(event instanceof WireEvent.RelayEnded)) {
            event = reports(WireEvent.class);
        }
        return ((WireEvent.RelayEnded) event).summary();
    }

    /** What was reported up to now and not heeded. */
    List<WireEvent> reportsSoFar() {
        settles();
        List<WireEvent> drained = new ArrayList<>();
        events.drainTo(drained);
        return drained;
    }

    /** Waits until the wire has done everything it was told. */
    void settles() {
        for (FarEnd end : List.of(client.end(), compute.end())) {
            if (end.chunksTaken() > 0 || end == client.end()) {
                end.settles();
            }
        }
    }

    boolean isBusy() {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        wire.ask(System.nanoTime(), running -> answer.complete(running.isPresent()));
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }
}
