package dev.reveille.session.visit;

import dev.reveille.cancellation.CancelHolder;
import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.session.visit.Session.Command;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A visitor who only brings a cancel request. It hears nothing, ever; its connection is closed when the cancellation has
 * been carried out or dropped, so that whoever waits for that may safely send the next query.
 */
final class Cancelling {

    private final Visit visit;

    Cancelling(Visit visit) {
        this.visit = visit;
    }

    Behavior<Command> begin(CancelRequest request) {
        Optional<CancelHolder> holder =
                visit.roles().cancelKeys().holder(new CancelKey(request.processId(), request.secretKey()));
        if (holder.isEmpty()) {
            return visit.leave("a cancel request with a key that nobody holds");
        }
        visit.allow(visit.roles().settings().cancelMax());
        ActorRef<Command> self = visit.context().getSelf();
        CancelOrigin origin = new CancelOrigin(
                visit.connection().client().getAddress(), visit.connection().privateLink());
        holder.get().cancel(origin, () -> self.tell(new Session.CancelHandled()));
        return awaitingEnd();
    }

    private Behavior<Command> awaitingEnd() {
        return visit.receive(command -> switch (command) {
            case Session.CancelHandled() -> visit.leave("a cancel request, handled");
            case Session.TooSlow slow when visit.isDue(slow) -> visit.leave("a cancel request, not handled in time");
            // The canceller need not wait, and a node that leaves does not drop what it has begun.
            default -> Behaviors.same();
        });
    }
}
