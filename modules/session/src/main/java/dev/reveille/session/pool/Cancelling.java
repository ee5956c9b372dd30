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

    private final ActorContext<Command> context;
    private final PoolRoles roles;
    private final Optional<CancelTarget> target;
    private boolean begun;
    private boolean delivered;
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
        delivered = false;
        roles.counters().cancels.increment();
        context.pipeToSelf(sent(), (_, _) -> PooledConnection.CancelStep.DELIVERED);
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

    private CompletionStage<Done> sent() {
        try {
            return target.map(roles.cancelDelivery()::deliver)
                    .orElseGet(() -> CompletableFuture.completedFuture(Done.getInstance()));
        } catch (RuntimeException fault) {
            return CompletableFuture.failedFuture(fault);
        }
    }
}
