package dev.reveille.session.pool;

import dev.reveille.session.pool.PooledConnection.Command;
import java.time.Duration;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * A limit for a short wait that comes again and again and is hardly ever reached, such as a reset behind each statement. Its
 * clock is not set anew for each wait: a wait that began while it ran ends with its second ring, so that one lasts as long as
 * it may, and at most twice as long. Used by the connection's actor only.
 */
final class LooseDeadline {

    private final ActorContext<Command> context;
    private final Duration patience;
    private final Command ring;
    private boolean running;
    private boolean waiting;
    private boolean begunMeanwhile;

    /** @param ring what the actor hears, and tells of with {@link #rang} */
    LooseDeadline(ActorContext<Command> context, Duration patience, Command ring) {
        this.context = context;
        this.patience = patience;
        this.ring = ring;
    }

    /** A wait begins. */
    void begin() {
        waiting = true;
        begunMeanwhile = running;
        if (!running) {
            run();
        }
    }

    /** It is over. */
    void end() {
        waiting = false;
    }

    /** The clock rang: whether the wait has lasted too long. */
    boolean rang() {
        running = false;
        if (waiting && begunMeanwhile) {
            begunMeanwhile = false;
            run();
            return false;
        }
        return waiting;
    }

    private void run() {
        running = true;
        context.scheduleOnce(patience, context.getSelf(), ring);
    }
}
