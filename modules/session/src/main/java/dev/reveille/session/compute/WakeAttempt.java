package dev.reveille.session.compute;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.SessionId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Wakes one compute, once: calls the control plane, again after a pause while that makes sense, tells its endpoint how it
 * ended, and stops.
 *
 * <pre>
 *   calling ──Woke──▶ stopped (Woken)
 *     │  ▲
 *  Failed │ CallAgain          calling ──Failed for good, TooSlow──▶ stopped (Refused)
 *     ▼  │
 *   pausing
 * </pre>
 */
final class WakeAttempt {

    sealed interface Command {}

    /** How an attempt ended. */
    sealed interface Outcome {}

    record Woken(Compute compute) implements Outcome {}

    record Refused(ControlPlaneFailure failure) implements Outcome {}

    private record Answered(Outcome outcome) implements Command {}

    private enum Clock implements Command {
        CALL_AGAIN,
        TOO_SLOW
    }

    static Behavior<Command> create(
            ControlPlane controlPlane,
            SessionId session,
            EndpointKey key,
            EndpointSettings settings,
            Consumer<Outcome> report) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new WakeAttempt(context, timers, controlPlane, session, key, settings, report).call(0)));
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ControlPlane controlPlane;
    private final SessionId session;
    private final EndpointKey key;
    private final EndpointSettings settings;
    private final Consumer<Outcome> report;

    private WakeAttempt(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ControlPlane controlPlane,
            SessionId session,
            EndpointKey key,
            EndpointSettings settings,
            Consumer<Outcome> report) {
        this.context = context;
        this.timers = timers;
        this.controlPlane = controlPlane;
        this.session = session;
        this.key = key;
        this.settings = settings;
        this.report = report;
    }

    private Behavior<Command> calling(int counter) {
        return Behaviors.receiveMessage(command -> switch (command) {
            case Answered(Woken woken) -> finish(woken);
            case Answered(Refused(ControlPlaneFailure failure)) -> failed(failure, counter);
            case Clock.TOO_SLOW ->
                finish(new Refused(ControlPlaneFailure.passing("no answer within " + settings.callMax())));
            case Clock.CALL_AGAIN -> Behaviors.unhandled();
        });
    }

    private Behavior<Command> pausing(int counter) {
        return Behaviors.receiveMessage(command -> switch (command) {
            case Clock.CALL_AGAIN -> call(counter);
            case Clock.TOO_SLOW -> Behaviors.unhandled();
            case Answered _ -> Behaviors.unhandled();
        });
    }

    private Behavior<Command> call(int counter) {
        timers.startSingleTimer(Clock.TOO_SLOW, settings.callMax());
        context.pipeToSelf(
                wake(),
                (compute, failure) -> new Answered(failure == null ? new Woken(compute) : new Refused(read(failure))));
        return calling(counter);
    }

    /** A player that throws has failed like any other: nobody may be left waiting. */
    private CompletionStage<Compute> wake() {
        try {
            return controlPlane.wake(session, key);
        } catch (RuntimeException fault) {
            return CompletableFuture.failedFuture(fault);
        }
    }

    private Behavior<Command> failed(ControlPlaneFailure failure, int counter) {
        // Who is to come back much later need not be kept waiting: the endpoint remembers until when.
        boolean muchLater = failure.retryAfter()
                        .orElse(Duration.ZERO)
                        .compareTo(settings.wake().total())
                > 0;
        if (!failure.retryable() || !settings.wake().allows(counter) || muchLater) {
            return finish(new Refused(failure));
        }
        Duration pause = failure.retryAfter()
                .orElseGet(() -> settings.wake()
                        .delay(counter, ThreadLocalRandom.current().nextDouble()));
        timers.cancel(Clock.TOO_SLOW);
        timers.startSingleTimer(Clock.CALL_AGAIN, pause);
        return pausing(counter + 1);
    }

    private Behavior<Command> finish(Outcome outcome) {
        report.accept(outcome);
        return Behaviors.stopped();
    }

    private static ControlPlaneFailure read(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof ControlPlaneFailure known ? known : ControlPlaneFailure.fatal(cause.toString());
    }
}
