package dev.reveille.session.pool;

import dev.reveille.session.compute.ComputeAnswer;
import dev.reveille.session.compute.Dialling;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * One compute connection of a pool, from its making for a first job to its end.
 *
 * <pre>
 *   Opening ──logged in──▶ Serving: carrying ──▶ forgetting ──▶ idle ──▶ carrying …
 *      └──failed──▶ stopped            └──────────────┴── broken, dirty, told to ──▶ stopped
 * </pre>
 */
final class PooledConnection {

    sealed interface Command {}

    /** Carry this out. For an idle connection only, or one that is held by the job's transaction. */
    record Carry(Job job) implements Command {}

    /** Nobody wants the result of this job any more. */
    record GiveUp(Job job) implements Command {}

    enum Order implements Command {
        /** Close, if idle or held. */
        CLOSE,
        /** Close, whatever is being done. */
        CLOSE_NOW,
        /** Forget whom you were held by, and serve again. */
        FORGET
    }

    record ComputeAnswered(ComputeAnswer answer) implements Command {}

    record Dialled(Dialling dialling) implements Command {}

    record Rang(int ticket) implements Command {}

    record PauseOver(int ticket) implements Command {}

    enum ForgetClock implements Command {
        RANG
    }

    /** There is something to hear, or more may be said. */
    enum Bell implements Command {
        RANG
    }

    enum CancelStep implements Command {
        DELIVERED,
        PATIENCE_OVER
    }

    private PooledConnection() {}

    /** A connection that is opened for {@code first} and then carries it out; {@code pool} hears what becomes of it. */
    static Behavior<Command> create(PoolRoles roles, ActorRef<EndpointPool.Command> pool, Member member, Job first) {
        return Behaviors.setup(context -> new Opening(context, roles, pool, member, first).begin());
    }
}
