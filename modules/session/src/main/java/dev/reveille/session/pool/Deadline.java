package dev.reveille.session.pool;

import dev.reveille.session.pool.PooledConnection.Command;
import java.time.Duration;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** The clock of a connection's current wait; a ring for an earlier one is told apart. Used by the connection's actor only. */
final class Deadline {

    private final ActorContext<Command> context;
    private Cancellable clock = Cancellable.alreadyCancelled();
    private int ticket;

    Deadline(ActorContext<Command> context) {
        this.context = context;
    }

    /** A new wait begins, and the one before is over. */
    void allow(Duration patience) {
        stop();
        clock = context.scheduleOnce(patience, context.getSelf(), new PooledConnection.Rang(ticket));
    }

    /** Nothing is waited for. */
    void stop() {
        clock.cancel();
        ticket++;
    }

    boolean isDue(int rung) {
        return rung == ticket;
    }

    int ticket() {
        return ticket;
    }
}
