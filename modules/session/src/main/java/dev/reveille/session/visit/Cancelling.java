package dev.reveille.session.visit;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.session.visit.Session.Command;
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
        visit.allow(visit.roles().settings().cancelMax());
        ActorRef<Command> self = visit.context().getSelf();
        CancelKey shown = new CancelKey(request.processId(), request.secretKey());
        CancelOrigin origin = new CancelOrigin(
                visit.connection().client().getAddress(), visit.connection().privateLink());
        visit.roles().cancelDesk().cancel(shown, origin).whenComplete((_, _) -> self.tell(new Session.CancelHandled()));
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
