package dev.reveille.node.embedded;

import dev.reveille.node.embedded.ComputeHost.RunningServer;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeTls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when the server of one endpoint starts and stops. One start serves everybody who asks meanwhile; a wake that
 * comes while the server stops waits for that and starts it again.
 *
 * <pre>
 *             Wake                Started
 *   asleep ─────────▶ waking ───────────────▶ ready ◀──┐ Wake, SessionBegan, SessionEnded
 *     ▲ ▲               │                     │ │  └───┘
 *     │ └───────────────┘                     │ │
 *     │     NotStarted            ServerGone  │ │ IdleRang
 *     ├───────────────────────────────────────┘ ▼
 *     └───────────────────────────────────── stopping ── Stopped, with waiters ──▶ waking
 *            Stopped, nobody waits
 * </pre>
 *
 * In each state {@code Leave} leads to the end, by way of a stop where a server runs. Sessions are counted in every
 * state, because a session that follows an old address may begin, and end, while the server sleeps.
 */
final class EmbeddedCompute {

    /** What others say. */
    sealed interface Command {}

    /** Asks for a server that is ready; answered once, with a {@link Answer}. */
    record Wake(ActorRef<Answer> replyTo) implements Command {}

    /** A session is about to connect. */
    record SessionBegan() implements Command {}

    /** A session's connection is gone. */
    record SessionEnded() implements Command {}

    /** The node leaves: stop the server, then end. */
    record Leave() implements Command {}

    private record Started(RunningServer server) implements Command {}

    private record NotStarted(EmbeddedFailure failure) implements Command {}

    private record ServerGone(RunningServer server) implements Command {}

    private record IdleRang() implements Command {}

    private record Stopped() implements Command {}

    /** What a wake came to. */
    sealed interface Answer {}

    record Woken(Compute compute) implements Answer {}

    record NotWoken(EmbeddedFailure failure) implements Answer {}

    /** How many may wait for one start; callers coalesce, so more than one is rare. */
    static final int WAITERS_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCompute.class);

    static Behavior<Command> create(EndpointId endpoint, ComputeHost host, Duration idle, Executor blocking) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new EmbeddedCompute(context, timers, endpoint, host, idle, blocking).asleep(0)));
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final EndpointId endpoint;
    private final ComputeHost host;
    private final Duration idle;
    private final Executor blocking;

    private EmbeddedCompute(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            EndpointId endpoint,
            ComputeHost host,
            Duration idle,
            Executor blocking) {
        this.context = context;
        this.timers = timers;
        this.endpoint = endpoint;
        this.host = host;
        this.idle = idle;
        this.blocking = blocking;
    }

    private Behavior<Command> asleep(int sessions) {
        return Behaviors.receiveMessage(message -> switch (message) {
            case Wake(ActorRef<Answer> replyTo) -> start(sessions, List.of(replyTo));
            case SessionBegan _ -> asleep(sessions + 1);
            case SessionEnded _ -> asleep(oneLess(sessions));
            case Leave _ -> Behaviors.stopped();
            case Started _, NotStarted _, Stopped _ -> Behaviors.unhandled();
            case ServerGone _, IdleRang _ -> Behaviors.same(); // of the server that has just stopped
        });
    }

    private Behavior<Command> waking(int sessions, List<ActorRef<Answer>> waiters) {
        return Behaviors.receiveMessage(message -> switch (message) {
            case Wake(ActorRef<Answer> replyTo) -> waking(sessions, joined(waiters, replyTo));
            case SessionBegan _ -> waking(sessions + 1, waiters);
            case SessionEnded _ -> waking(oneLess(sessions), waiters);
            case Leave _ -> {
                refuse(waiters);
                yield leavingBeforeStart();
            }
            case Started(RunningServer server) -> {
                context.pipeToSelf(server.gone(), (_, _) -> new ServerGone(server));
                Behavior<Command> next = rest(sessions, server);
                Compute compute = new Compute(server.address(), ComputeTls.DISABLED, true);
                waiters.forEach(waiter -> waiter.tell(new Woken(compute)));
                yield next;
            }
            case NotStarted(EmbeddedFailure failure) -> {
                waiters.forEach(waiter -> waiter.tell(new NotWoken(failure)));
                yield asleep(sessions);
            }
            case Stopped _ -> Behaviors.unhandled();
            case ServerGone _, IdleRang _ -> Behaviors.same(); // of the server before this one
        });
    }

    private Behavior<Command> ready(int sessions, RunningServer server) {
        return Behaviors.receiveMessage(message -> switch (message) {
            case Wake(ActorRef<Answer> replyTo) -> {
                Behavior<Command> next = rest(sessions, server);
                noteUse();
                replyTo.tell(new Woken(new Compute(server.address(), ComputeTls.DISABLED, false)));
                yield next;
            }
            case SessionBegan _ -> {
                if (sessions == 0) {
                    noteUse();
                }
                yield rest(sessions + 1, server);
            }
            case SessionEnded _ -> {
                if (sessions == 1) {
                    noteUse();
                }
                yield rest(oneLess(sessions), server);
            }
            case Leave _ -> {
                stop(server);
                yield leaving();
            }
            case ServerGone(RunningServer gone)
            when gone.equals(server) -> {
                LOG.atWarn().addKeyValue("endpoint", endpoint).log("a compute ended by itself; its log says why");
                timers.cancelAll();
                yield asleep(sessions);
            }
            case ServerGone _ -> Behaviors.same(); // of the server before this one
            case IdleRang _ -> {
                LOG.atInfo().addKeyValue("endpoint", endpoint).log("nobody uses the compute: it goes to sleep");
                stop(server);
                yield stopping(sessions, List.of());
            }
            case Started _, NotStarted _, Stopped _ -> Behaviors.unhandled();
        });
    }

    private Behavior<Command> stopping(int sessions, List<ActorRef<Answer>> waiters) {
        return Behaviors.receiveMessage(message -> switch (message) {
            case Wake(ActorRef<Answer> replyTo) -> stopping(sessions, joined(waiters, replyTo));
            case SessionBegan _ -> stopping(sessions + 1, waiters); // it will find the door shut, and ask for a wake
            case SessionEnded _ -> stopping(oneLess(sessions), waiters);
            case Leave _ -> {
                refuse(waiters);
                yield leaving();
            }
            case Stopped _ -> waiters.isEmpty() ? asleep(sessions) : start(sessions, waiters);
            case ServerGone _, IdleRang _ -> Behaviors.same(); // Stopped follows
            case Started _, NotStarted _ -> Behaviors.unhandled();
        });
    }

    /** A start cannot be taken back: wait for it, then stop. */
    private Behavior<Command> leavingBeforeStart() {
        return Behaviors.receiveMessage(message -> switch (message) {
            case Started(RunningServer server) -> {
                stop(server);
                yield leaving();
            }
            case NotStarted _ -> Behaviors.stopped();
            case Wake(ActorRef<Answer> replyTo) -> {
                refuse(List.of(replyTo));
                yield Behaviors.same();
            }
            case SessionBegan _, SessionEnded _, Leave _, ServerGone _, IdleRang _, Stopped _ -> Behaviors.same();
        });
    }

    private Behavior<Command> leaving() {
        return Behaviors.receiveMessage(message -> switch (message) {
            case Stopped _ -> Behaviors.stopped();
            case Wake(ActorRef<Answer> replyTo) -> {
                refuse(List.of(replyTo));
                yield Behaviors.same();
            }
            case SessionBegan _, SessionEnded _, Leave _, ServerGone _, IdleRang _, Started _, NotStarted _ ->
                Behaviors.same();
        });
    }

    private Behavior<Command> start(int sessions, List<ActorRef<Answer>> waiters) {
        context.pipeToSelf(
                CompletableFuture.supplyAsync(this::startNow, blocking),
                (outcome, fault) -> fault == null
                        ? outcome
                        : new NotStarted(
                                EmbeddedFailure.ofMachine("starting endpoint " + endpoint + " failed: " + fault)));
        return waking(sessions, waiters);
    }

    /** Runs on a thread that may block; touches no state. */
    private Command startNow() {
        long begin = System.nanoTime();
        try {
            RunningServer server = host.start(endpoint);
            LOG.atInfo()
                    .addKeyValue("endpoint", endpoint)
                    .addKeyValue("compute", server.address())
                    .addKeyValue(
                            "milliseconds",
                            Duration.ofNanos(System.nanoTime() - begin).toMillis())
                    .log("a compute woke up");
            host.used(endpoint);
            return new Started(server);
        } catch (EmbeddedFailure failure) {
            return new NotStarted(failure);
        } catch (IOException failure) {
            return new NotStarted(EmbeddedFailure.ofMachine("starting endpoint " + endpoint + " failed", failure));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            return new NotStarted(EmbeddedFailure.ofMachine("the node ended while endpoint " + endpoint + " started"));
        }
    }

    private void stop(RunningServer server) {
        timers.cancelAll();
        context.pipeToSelf(
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                server.stop();
                            } catch (InterruptedException ended) {
                                Thread.currentThread().interrupt();
                            }
                            return Done.getInstance();
                        },
                        blocking),
                (_, _) -> new Stopped());
    }

    /** Ready, with the idle timer running afresh where there is no session. */
    private Behavior<Command> rest(int sessions, RunningServer server) {
        if (sessions > 0) {
            timers.cancelAll();
        } else {
            timers.startSingleTimer(new IdleRang(), idle);
        }
        return ready(sessions, server);
    }

    /** A session that began before this actor did may end here. */
    private static int oneLess(int sessions) {
        return Math.max(0, sessions - 1);
    }

    private void noteUse() {
        blocking.execute(() -> host.used(endpoint));
    }

    private void refuse(List<ActorRef<Answer>> waiters) {
        EmbeddedFailure failure = EmbeddedFailure.ofRequest("This node is about to leave; please connect again.");
        waiters.forEach(waiter -> waiter.tell(new NotWoken(failure)));
    }

    private List<ActorRef<Answer>> joined(List<ActorRef<Answer>> waiters, ActorRef<Answer> newcomer) {
        if (waiters.size() == WAITERS_MAX) {
            newcomer.tell(new NotWoken(
                    EmbeddedFailure.ofRequest("Too many sessions wait for this endpoint; please try again later.")));
            return waiters;
        }
        List<ActorRef<Answer>> all = new ArrayList<>(waiters);
        all.add(newcomer);
        return all;
    }
}
