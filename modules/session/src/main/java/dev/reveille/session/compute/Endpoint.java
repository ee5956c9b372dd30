package dev.reveille.session.compute;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Knows where one compute is, and wakes it when nobody does (design decision 3): one wake whatever the number of those
 * who wait for it.
 *
 * <pre>
 *            Find             woken
 *   empty ─────────▶ waking ────────▶ ready ──Blame of this generation, forgotten──▶ empty
 *     ▲                │ refused
 *     │                ▼
 *     └──time is up── failed
 * </pre>
 *
 * Lives on its node alone: the control plane stands one wake for each node, and no login waits for another node. An
 * endpoint that nobody asks for offers to leave, and its parent lets it go.
 */
final class Endpoint {

    sealed interface Command {}

    /** Where is the compute? Asked for {@code session}; the answer is sent to {@code replyTo}. */
    record Find(SessionId session, ActorRef<ComputeAnswer> replyTo) implements Command {}

    /** The address of {@code generation} did not lead to the compute. */
    record Blame(long generation) implements Command {}

    /** The parent has let go: stop when nobody waits any more. */
    enum Retire implements Command {
        INSTANCE
    }

    private record WakeEnded(WakeAttempt.Outcome outcome) implements Command {}

    private enum Clock implements Command {
        IDLE,
        REFUSAL_OVER
    }

    static Behavior<Command> create(
            EndpointKey key,
            ControlPlane controlPlane,
            ReadyComputes ready,
            EndpointSettings settings,
            Runnable offerToLeave) {
        return Behaviors.setup(context -> {
            context.setReceiveTimeout(settings.idleMax(), Clock.IDLE);
            return new Endpoint(context, key, controlPlane, ready, settings, offerToLeave).awake();
        });
    }

    private final ActorContext<Command> context;
    private final EndpointKey key;
    private final ControlPlane controlPlane;
    private final ReadyComputes ready;
    private final EndpointSettings settings;
    private final Runnable offerToLeave;
    private boolean retired;

    private Endpoint(
            ActorContext<Command> context,
            EndpointKey key,
            ControlPlane controlPlane,
            ReadyComputes ready,
            EndpointSettings settings,
            Runnable offerToLeave) {
        this.context = context;
        this.key = key;
        this.controlPlane = controlPlane;
        this.ready = ready;
        this.settings = settings;
        this.offerToLeave = offerToLeave;
    }

    /** Empty or ready: which of the two is what {@link ReadyComputes} says, where sessions can read it themselves. */
    private Behavior<Command> awake() {
        return Behaviors.receiveMessage(command -> switch (command) {
            case Find find -> find(find);
            case Blame(long generation) -> blame(generation);
            case Clock.IDLE -> offerToLeave();
            case Retire _ -> Behaviors.stopped();
            case WakeEnded _ -> Behaviors.unhandled();
            case Clock.REFUSAL_OVER -> Behaviors.same();
        });
    }

    private Behavior<Command> waking(List<Find> waiters) {
        return Behaviors.receiveMessage(command -> switch (command) {
            case Find find -> wait(find, waiters);
            case WakeEnded(WakeAttempt.Woken(Compute compute)) -> woken(compute, waiters);
            case WakeEnded(WakeAttempt.Refused(ControlPlaneFailure failure)) -> refused(failure, waiters);
            case Retire _ -> {
                retired = true;
                yield Behaviors.same();
            }
            // What is blamed now was unlearned before this wake began.
            case Blame _ -> Behaviors.same();
            case Clock.IDLE, Clock.REFUSAL_OVER -> Behaviors.same();
        });
    }

    private Behavior<Command> failed(ControlPlaneFailure failure) {
        return Behaviors.receiveMessage(command -> switch (command) {
            case Find find -> {
                find.replyTo().tell(new ComputeAnswer.Unavailable(failure));
                yield Behaviors.same();
            }
            case Clock.REFUSAL_OVER -> awake();
            case Clock.IDLE -> offerToLeave();
            case Retire _ -> Behaviors.stopped();
            case Blame _, WakeEnded _ -> Behaviors.same();
        });
    }

    private Behavior<Command> find(Find find) {
        Optional<KnownCompute> known = ready.peek(key);
        if (known.isPresent()) {
            find.replyTo().tell(new ComputeAnswer.Found(known.get(), false));
            return Behaviors.same();
        }
        context.spawnAnonymous(WakeAttempt.create(
                controlPlane,
                find.session(),
                key,
                settings,
                outcome -> context.getSelf().tell(new WakeEnded(outcome))));
        List<Find> waiters = new ArrayList<>();
        waiters.add(find);
        return waking(waiters);
    }

    private Behavior<Command> wait(Find find, List<Find> waiters) {
        if (waiters.size() >= settings.waitersMax()) {
            find.replyTo()
                    .tell(new ComputeAnswer.Unavailable(ControlPlaneFailure.passing("too many sessions wait already")));
        } else {
            waiters.add(find);
        }
        return Behaviors.same();
    }

    private Behavior<Command> blame(long generation) {
        ready.unlearn(key, generation);
        return Behaviors.same();
    }

    private Behavior<Command> woken(Compute compute, List<Find> waiters) {
        ComputeAnswer found = new ComputeAnswer.Found(ready.learn(key, compute), true);
        waiters.forEach(waiter -> waiter.replyTo().tell(found));
        return retired ? Behaviors.stopped() : awake();
    }

    private Behavior<Command> refused(ControlPlaneFailure failure, List<Find> waiters) {
        ComputeAnswer refusal = new ComputeAnswer.Unavailable(failure);
        waiters.forEach(waiter -> waiter.replyTo().tell(refusal));
        if (retired) {
            return Behaviors.stopped();
        }
        // What may pass is asked again at once, unless the control plane said when.
        if (failure.retryable() && failure.retryAfter().isEmpty()) {
            return awake();
        }
        Duration believed = failure.retryAfter().orElse(settings.refusedFor());
        context.scheduleOnce(believed, context.getSelf(), Clock.REFUSAL_OVER);
        return failed(failure);
    }

    private Behavior<Command> offerToLeave() {
        offerToLeave.run();
        return Behaviors.same();
    }
}
