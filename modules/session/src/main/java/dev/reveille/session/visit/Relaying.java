package dev.reveille.session.visit;

import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.access.AccessDoor;
import dev.reveille.session.access.AccessVerdict;
import dev.reveille.session.relay.RelaySummary;
import dev.reveille.session.relay.WireEvent;
import dev.reveille.session.visit.Session.Command;
import java.time.Duration;
import java.util.Optional;
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

    private final ActorContext<Command> context;
    private final SessionRoles roles;
    private final Guest guest;
    private final Obligations obligations;
    private final AccessDoor door;

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
            case Session.TooSlow _ -> tooSlow();
            case Session.CancelWanted wanted -> cancelWanted(wanted);
            case Session.CancelAllowed(Runnable handled) -> cancel(handled);
            case Session.Leave.WHEN_IDLE -> {
                obligations.wire().sendAwayWhenIdle(lastWords());
                yield Behaviors.same();
            }
            case Session.Leave.NOW -> {
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
            deliver(() -> {});
        }
        SessionLog.ended(guest, summary);
        return Behaviors.stopped();
    }

    /** The client may only have closed its half and be waiting; it gets a moment, and then its query is cancelled. */
    private Behavior<Command> hungUp() {
        ActorRef<Command> self = context.getSelf();
        Duration patience = roles.settings().hangUpMax();
        context.scheduleOnce(patience, self, new Session.CancelAllowed(() -> {}));
        return farewell(patience.plus(roles.settings().farewellMax()));
    }

    private Behavior<Command> farewell(Duration patience) {
        context.scheduleOnce(patience, context.getSelf(), new Session.TooSlow(0));
        return Behaviors.same();
    }

    private Behavior<Command> tooSlow() {
        obligations.wire().sendAway(ByteString.emptyByteString());
        return Behaviors.same();
    }

    // ---- cancel requests ----

    /** The same rules as for a login hold, as they are now (spec 02 §12.6). */
    private Behavior<Command> cancelWanted(Session.CancelWanted wanted) {
        ActorRef<Command> self = context.getSelf();
        roles.access()
                .find(guest.id(), guest.endpoint().endpoint(), guest.role())
                .whenComplete((access, failure) -> {
                    if (failure == null && allows(access, wanted.origin())) {
                        self.tell(new Session.CancelAllowed(wanted.handled()));
                    } else {
                        wanted.handled().run();
                    }
                });
        return Behaviors.same();
    }

    private boolean allows(AccessControl access, CancelOrigin origin) {
        AccessDoor from =
                origin.privateLink().isPresent() ? new AccessDoor.Private(origin.privateLink()) : publicDoor();
        return access.check(origin.client(), from) instanceof AccessVerdict.Allowed;
    }

    private AccessDoor publicDoor() {
        return door instanceof AccessDoor.Private ? new AccessDoor.Private(Optional.empty()) : door;
    }

    /** Only a query that runs is cancelled: a request that comes late must not hit the next one. */
    private Behavior<Command> cancel(Runnable handled) {
        obligations.wire().askWhetherBusy(busy -> {
            if (busy) {
                deliver(handled);
            } else {
                handled.run();
            }
        });
        return Behaviors.same();
    }

    private void deliver(Runnable handled) {
        if (obligations.target().isEmpty()) {
            handled.run();
            return;
        }
        roles.cancelDelivery().deliver(obligations.target().get()).whenComplete((_, _) -> handled.run());
    }

    private ByteString lastWords() {
        return SessionFailure.Plain.LEAVING.response(guest.id()).encode();
    }
}
