package dev.reveille.gateway.loops;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.javadsl.RunnableGraph;

/** Loops with an actor system on them, for one test. Closing waits until all of it is gone. */
public final class TestLoops implements AutoCloseable {

    /** No test waits longer for anything. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Loops loops;
    private final ActorTestKit kit;

    private TestLoops(Loops loops, ActorTestKit kit) {
        this.loops = loops;
        this.kit = kit;
    }

    public static TestLoops open(int count) {
        return open(count, Transport.best());
    }

    public static TestLoops open(int count, Transport transport) {
        Loops loops = Loops.open(count, transport);
        ActorSystem<Done> system = ActorSystem.create(
                Behaviors.empty(),
                "loops",
                ActorSystemSetup.create(
                        BootstrapSetup.create(loops.dispatchers().withFallback(ConfigFactory.load())),
                        new LoopsSetup(loops)));
        return new TestLoops(loops, ActorTestKit.create(system));
    }

    public Loops loops() {
        return loops;
    }

    public Loop first() {
        return loops.all().getFirst();
    }

    public ActorTestKit kit() {
        return kit;
    }

    /** Runs a stream on the thread of that loop. */
    public <M> M run(Loop loop, RunnableGraph<M> graph) {
        return graph.addAttributes(ActorAttributes.dispatcher(loop.dispatcher()))
                .run(kit.system());
    }

    /** Returns when the loop has looked at its sockets and run its tasks several times. */
    public void settle(Loop loop) {
        for (int turn = 0; turn < 50; turn++) {
            CompletableFuture<Void> seen = new CompletableFuture<>();
            // A scheduled task, so that the loop asks the kernel for news in between.
            loop.eventLoop().schedule(() -> seen.complete(null), 1, TimeUnit.MILLISECONDS);
            soon(seen);
        }
    }

    /** Waits until the assertion holds. */
    public void eventually(Runnable assertion) {
        TestProbe<Done> clock = kit.createTestProbe();
        clock.awaitAssert(PATIENCE, () -> {
            assertion.run();
            return Done.getInstance();
        });
    }

    /** The value, as soon as it is there. */
    public static <T> T soon(CompletionStage<T> value) {
        try {
            return value.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError("failed instead of giving a value", failed.getCause());
        } catch (TimeoutException | InterruptedException never) {
            throw new AssertionError("not in time", never);
        }
    }

    /** The failure, as soon as it is there, without the wrapping of futures. */
    public static Throwable failureOf(CompletionStage<?> value) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        value.whenComplete((unexpected, cause) -> {
            if (cause == null) {
                failure.completeExceptionally(new AssertionError("succeeded with " + unexpected));
            } else {
                failure.complete(unwrapped(cause));
            }
        });
        return soon(failure);
    }

    private static Throwable unwrapped(Throwable failure) {
        boolean wrapped = failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null;
        return wrapped ? unwrapped(failure.getCause()) : failure;
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
        loops.close();
    }
}
