package dev.reveille.node.cluster;

import dev.reveille.gateway.redis.RedisLeaseStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.coordination.lease.LeaseSettings;
import org.apache.pekko.coordination.lease.javadsl.Lease;

/**
 * A lease of Pekko's kept in Redis: what the split-brain resolver of two nodes asks before one of them goes on alone. It
 * is renewed while it is held, and given up for lost when it could not be renewed for as long as it lives there. Made by
 * Pekko, by its name in the configuration; any thread.
 */
public final class RedisLease extends Lease {

    private static final Consumer<Optional<Throwable>> NOBODY = _ -> {};

    private final LeaseSettings settings;
    private final ExtendedActorSystem system;
    private final RedisLeaseStore store;
    private final Duration life;
    private Consumer<Optional<Throwable>> lost = NOBODY;
    private Cancellable renewals = Cancellable.alreadyCancelled();
    private boolean held;
    private long renewedAt;

    /** As Pekko makes leases. */
    public RedisLease(LeaseSettings settings, ExtendedActorSystem system) {
        this.settings = settings;
        this.system = system;
        this.store = system.settings()
                .setup()
                .get(LeaseSetup.class)
                .orElseThrow(() -> new IllegalStateException("the actor system was started without LeaseSetup"))
                .store();
        this.life = settings.timeoutSettings().getHeartbeatTimeout();
    }

    @Override
    public LeaseSettings getSettings() {
        return settings;
    }

    @Override
    public CompletionStage<Boolean> acquire() {
        return acquire(NOBODY);
    }

    @Override
    public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> leaseLost) {
        long asked = System.nanoTime(); // Redis counts from some time after that.
        return store.acquire(settings.leaseName(), settings.ownerName(), life).thenApply(acquired -> {
            if (acquired) {
                hold(leaseLost, asked);
            }
            return acquired;
        });
    }

    @Override
    public CompletionStage<Boolean> release() {
        letGo();
        return store.release(settings.leaseName(), settings.ownerName());
    }

    @Override
    public synchronized boolean checkLease() {
        return held && !isOver();
    }

    private synchronized void hold(Consumer<Optional<Throwable>> leaseLost, long asked) {
        lost = leaseLost;
        held = true;
        renewedAt = asked;
        renewals.cancel();
        Duration pause = settings.timeoutSettings().getHeartbeatInterval();
        renewals = system.scheduler().scheduleWithFixedDelay(pause, pause, this::renew, system.dispatcher());
    }

    private synchronized boolean letGo() {
        boolean was = held;
        held = false;
        renewals.cancel();
        return was;
    }

    private void renew() {
        long asked = System.nanoTime();
        store.renew(settings.leaseName(), settings.ownerName(), life).whenComplete((renewed, failure) -> {
            if (failure != null) {
                if (isOver() && letGo()) {
                    lost.accept(Optional.of(failure));
                }
            } else if (renewed) {
                isRenewed(asked);
            } else if (letGo()) {
                lost.accept(Optional.empty());
            }
        });
    }

    private synchronized void isRenewed(long asked) {
        renewedAt = asked;
    }

    private synchronized boolean isOver() {
        return System.nanoTime() - renewedAt >= life.toNanos();
    }
}
