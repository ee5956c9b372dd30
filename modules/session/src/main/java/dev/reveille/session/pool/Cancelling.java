package dev.reveille.session.pool;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.session.pool.PooledConnection.Command;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** A connection's cancel request, one at a time, and how far it has come. Used by the connection's actor only. */
final class Cancelling {

    private static final Runnable NOTHING = () -> {};

    /** How often a statement is cancelled; one that is hit three times and goes on will not end by a fourth. */
    private static final int SENT_MAX = 3;

    private final ActorContext<Command> context;
    private final PoolRoles roles;
    private final Optional<CancelTarget> target;
    private boolean begun;
    private boolean delivered;
    private int sent;
    private Runnable whenDelivered = NOTHING;

    /** @param target absent where the compute gave no key: then nothing can be cancelled */
    Cancelling(ActorContext<Command> context, PoolRoles roles, Optional<CancelTarget> target) {
        this.context = context;
        this.roles = roles;
        this.target = target;
    }

    /** Whether one has been sent since {@link #forget}. */
    boolean isBegun() {
        return begun;
    }

    /** Whether one is on its way. */
    boolean isUnderWay() {
        return begun && !delivered;
    }

    /** Sends it; the actor hears {@code DELIVERED}. Again: no effect. */
    void begin() {
        if (begun) {
            return;
        }
        begun = true;
        sent = 0;
        send();
    }

    /**
     * Sends it once more, unless it was sent often enough: a compute forgets a request that comes before it has begun with the
     * statement.
     */
    boolean again() {
        if (sent == SENT_MAX) {
            return false;
        }
        send();
        return true;
    }

    /** @param then is run when it has been delivered, or when the connection ends before */
    void whenDelivered(Runnable then) {
        whenDelivered = then;
    }

    void delivered() {
        delivered = true;
        settle();
    }

    /** Runs what waits for it. */
    void settle() {
        Runnable then = whenDelivered;
        whenDelivered = NOTHING;
        then.run();
    }

    /** It can hit nothing any more. */
    void forget() {
        begun = false;
    }

    private void send() {
        sent++;
        delivered = false;
        roles.counters().cancels.increment();
        context.pipeToSelf(delivery(), (_, _) -> PooledConnection.CancelStep.DELIVERED);
    }

    private CompletionStage<Done> delivery() {
        try {
            return target.map(roles.cancelDelivery()::deliver)
                    .orElseGet(() -> CompletableFuture.completedFuture(Done.getInstance()));
        } catch (RuntimeException fault) {
            return CompletableFuture.failedFuture(fault);
        }
    }
}
