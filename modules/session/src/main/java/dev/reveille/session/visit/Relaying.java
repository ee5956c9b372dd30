package dev.reveille.session.visit;

import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.session.ClientConnection.Milestone;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.access.AccessDoor;
import dev.reveille.session.directory.DirectoryAuthority;
import dev.reveille.session.interruption.PendingCancels;
import dev.reveille.session.interruption.QueryCancels;
import dev.reveille.session.relay.RelaySummary;
import dev.reveille.session.relay.WireEvent;
import dev.reveille.session.visit.Session.Command;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ExtensibleBehavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/**
 * The last stage, and the longest: the wire carries the frames by itself, and this waits for its end, for cancel requests
 * and for the node to leave. There is one for each idle client, so it keeps nothing that it does not need, and is its own
 * behavior.
 */
final class Relaying extends ExtensibleBehavior<Command> {

    /** No wait of a login has this ticket. */
    private static final int FAREWELL = 0;

    private final ActorContext<Command> context;
    private final SessionRoles roles;
    private final Guest guest;
    private final Obligations obligations;
    private final AccessDoor door;
    private QueryCancels cancels;

    Relaying(ActorContext<Command> context, SessionRoles roles, Guest guest, Obligations obligations, AccessDoor door) {
        this.context = context;
        this.roles = roles;
        this.guest = guest;
        this.obligations = obligations;
        this.door = door;
    }

    @Override
    public Behavior<Command> receive(TypedActorContext<Command> actor, Command command) {
        return switch (command) {
            case Session.FromWire(WireEvent.RelayEnded(RelaySummary summary)) -> ended(summary);
            case Session.FromWire(WireEvent.ClientHungUpMidQuery()) -> hungUp();
            case Session.FromWire(WireEvent.ClientFinished()) ->
                farewell(roles.settings().farewellMax());
            // It left while the order to relay was on its way; the wire will say what that means now.
            case Session.FromWire(WireEvent.ClientLeft()) -> Behaviors.same();
            case Session.FromWire(WireEvent.ClientSaidFarewell()) -> {
                obligations.forgetKey(); // What runs on that connection from now on is another's.
                yield farewell(roles.kept().settings().goodbyeMax());
            }
            // Clocks of the login may ring late.
            case Session.TooSlow(int ticket) -> ticket == FAREWELL ? tooSlow() : Behaviors.same();
            case Session.CancelWanted(PendingCancels.Pending request) -> {
                hear(request);
                yield Behaviors.same();
            }
            case Session.CancelStep(Runnable step) -> {
                step.run();
                yield Behaviors.same();
            }
            case Session.Leave.WHEN_IDLE -> {
                guest.observer().accept(Milestone.LEAVING);
                obligations.wire().sendAwayWhenIdle(lastWords());
                yield Behaviors.same();
            }
            case Session.Leave.NOW -> {
                guest.observer().accept(Milestone.LEAVING);
                obligations.wire().sendAway(lastWords());
                yield Behaviors.same();
            }
            default -> Behaviors.unhandled();
        };
    }

    @Override
    public Behavior<Command> receiveSignal(TypedActorContext<Command> actor, Signal signal) {
        if (signal instanceof PostStop) {
            obligations.settle();
        }
        return Behaviors.same();
    }

    private Behavior<Command> ended(RelaySummary summary) {
        if (summary.queryRunning()) {
            obligations.record().map(CancelRecord::target).ifPresent(roles.cancelDelivery()::deliver);
        }
        SessionLog.ended(guest, summary);
        return Behaviors.stopped();
    }

    /** The client may only have closed its half and be waiting; it gets a moment, and then its query is cancelled. */
    private Behavior<Command> hungUp() {
        Duration patience = roles.settings().hangUpMax();
        if (obligations.record().isPresent()) {
            later(patience, cancels()::cancelWhatRuns);
        }
        return farewell(patience.plus(roles.settings().farewellMax()));
    }

    private Behavior<Command> farewell(Duration patience) {
        context.scheduleOnce(patience, context.getSelf(), new Session.TooSlow(FAREWELL));
        return Behaviors.same();
    }

    private Behavior<Command> tooSlow() {
        obligations.wire().sendAway(ByteString.emptyByteString());
        return Behaviors.same();
    }

    // ---- cancel requests ----

    private void hear(PendingCancels.Pending request) {
        if (obligations.record().isPresent()) {
            cancels().hear(request);
        } else {
            request.done(); // The key was forgotten while this was on its way.
        }
    }

    /** Few sessions are ever asked to cancel anything. */
    private QueryCancels cancels() {
        if (cancels == null) {
            obligations.spoilConnection();
            ActorRef<Command> self = context.getSelf();
            cancels = new QueryCancels(
                    obligations.wire(),
                    obligations.record().orElseThrow(),
                    this::allows,
                    roles.cancelDelivery(),
                    roles.settings().cancelPause(),
                    step -> self.tell(new Session.CancelStep(step)),
                    this::later);
        }
        return cancels;
    }

    private void later(Duration pause, Runnable step) {
        context.scheduleOnce(pause, context.getSelf(), new Session.CancelStep(step));
    }

    /** Whoever came through a private link is cancelled through private links only; else the rules of a login hold. */
    private CompletionStage<Boolean> allows(CancelRecord record, CancelOrigin origin) {
        if (door instanceof AccessDoor.Private && origin.privateLink().isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        return new DirectoryAuthority(roles.access()).allows(record, origin);
    }

    private ByteString lastWords() {
        return SessionFailure.Plain.LEAVING.response(guest.id()).encode();
    }
}
