package dev.reveille.session.visit;

import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.compute.ComputeAnswer;
import dev.reveille.session.compute.Dialling;
import dev.reveille.session.interruption.PendingCancels;
import dev.reveille.session.relay.WireEvent;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * One client's visit, from the first byte of the start-up packet to the last of the relay: the actor that leads through
 * the rooms and owns every obligation of the session. Each stage is a class beside this one.
 *
 * <pre>
 *   Receiving ──Arrival──▶ Authenticating ──keys──▶ Reaching ──compute is ready──▶ Relaying ──▶ stopped
 *       │                        │                     │
 *       │ cancel request         └────── refused ──────┴──▶ stopped (ErrorResponse)
 *       ▼
 *   Cancelling ──▶ stopped (silent)
 * </pre>
 *
 * Runs on the dispatcher of its client's loop. Whatever happens, the cancel key, the use of the compute and the sockets
 * are given back when the actor stops.
 */
public final class Session {

    private Session() {}

    public sealed interface Command {}

    /** The node is leaving: end as soon as neither a query nor a transaction is open. */
    public enum Leave implements Command {
        WHEN_IDLE,
        NOW
    }

    record FromWire(WireEvent event) implements Command {}

    record AccessKnown(AccessControl access) implements Command {}

    record AccessFailed(Throwable cause) implements Command {}

    record PasswordChecked(Optional<ScramKeys> keys) implements Command {}

    record PasswordUnchecked(Throwable cause) implements Command {}

    record ComputeAnswered(ComputeAnswer answer) implements Command {}

    /** Dialling ended: look into the {@link Dialling}, which outlives this actor where need be. */
    record Dialled(Dialling dialling) implements Command {}

    record PauseOver(int ticket) implements Command {}

    record CancelWanted(PendingCancels.Pending request) implements Command {}

    /** What the session's cancellations have to do next. */
    record CancelStep(Runnable step) implements Command {}

    record CancelHandled() implements Command {}

    /** A wait took too long; stale where the ticket is not that of the current wait. */
    record TooSlow(int ticket) implements Command {}

    /**
     * A session for {@code client}. The behavior can be started once.
     *
     * @param streams of the same loop as the connection's socket
     */
    public static Behavior<Command> create(SessionRoles roles, Sessions.Admit client, LoopStreams streams) {
        // An actor keeps the behavior that it began with, and an idle session has no use for the plan of its stream.
        AtomicReference<Function<ActorContext<Command>, Visit>> beginning =
                new AtomicReference<>(context -> Visit.begin(context, roles, client, streams));
        return Behaviors.setup(context -> {
            Visit visit = beginning.getAndSet(null).apply(context);
            return new Receiving(visit).begin();
        });
    }
}
