package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelDesk;
import dev.reveille.cancellation.CancelHolder;
import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.Whereabouts;
import dev.reveille.cancellation.sealing.SealedName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes cancel requests for the sessions of a whole cluster. Those of this node are asked at once, whatever the cluster
 * does; for the others an {@link Errand} is sent out over the {@link CancelRoutes} of the moment. The desk outlives them:
 * while there are none, because this node is just joining, requests wait for a while. Any thread.
 */
public final class ClusterCancelDesk implements CancelDesk {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterCancelDesk.class);
    private static final Done DONE = Done.getInstance();

    private final CancelKeys keys;
    private final Sessionless sessionless;
    private final ClusterLimits limits;
    private final LookUps lookUps;
    private final AtomicInteger underWay = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private volatile CompletableFuture<CancelRoutes> routes = new CompletableFuture<>();

    /**
     * @param keys of the sessions here
     * @param sessionless for keys that no node has a session for
     */
    public ClusterCancelDesk(CancelKeys keys, Sessionless sessionless, ClusterLimits limits) {
        this.keys = keys;
        this.sessionless = sessionless;
        this.limits = limits;
        this.lookUps = new LookUps(limits);
    }

    /** This node is a member of its cluster: {@code current} lead to the others. */
    public void joined(CancelRoutes current) {
        if (!routes.complete(current)) {
            routes = CompletableFuture.completedFuture(current);
        }
    }

    /** It is no member any more, and may join again. */
    public void parted() {
        if (routes.isDone()) {
            routes = new CompletableFuture<>();
        }
    }

    /** Requests that were dropped because too many others were under way, since the start of this node. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public CompletionStage<Done> cancel(CancelKey key, CancelOrigin origin) {
        return switch (keys.whereabouts(key)) {
            case Whereabouts.Here(CancelHolder holder) -> {
                CompletableFuture<Done> handled = new CompletableFuture<>();
                holder.cancel(origin, () -> handled.complete(DONE));
                yield bounded(handled);
            }
            case Whereabouts.Elsewhere(SealedName name) ->
                send(key, origin, errand -> errand.to(name.address()), () -> CompletableFuture.completedFuture(DONE));
            case Whereabouts.Unnamed(long bits) ->
                send(key, origin, errand -> errand.by(bits, isQuiet()), () -> sessionless.cancel(bits, origin));
            case Whereabouts.Nowhere() -> CompletableFuture.completedFuture(DONE);
        };
    }

    private CompletionStage<Done> send(
            CancelKey key, CancelOrigin origin, Function<Errand, CompletionStage<Done>> way, Alone alone) {
        if (underWay.incrementAndGet() > limits.requestsMax()) {
            underWay.decrementAndGet();
            return drop();
        }
        CompletableFuture<Done> sent = joining()
                .handle((current, none) -> none == null
                        ? way.apply(new Errand(key, origin, current, lookUps, sessionless, limits))
                        : alone.cancel())
                .thenCompose(done -> done)
                .toCompletableFuture();
        return bounded(sent).whenComplete((_, _) -> underWay.decrementAndGet());
    }

    /** What is done where this node does not become a member in time. */
    private interface Alone {
        CompletionStage<Done> cancel();
    }

    private boolean isQuiet() {
        return underWay.get() <= limits.quietMax();
    }

    private CompletionStage<CancelRoutes> joining() {
        return routes.copy().orTimeout(limits.joiningMax().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whoever waits is let go in time, and never hears of a failure. */
    private CompletionStage<Done> bounded(CompletableFuture<Done> request) {
        return request.exceptionally(failure -> {
                    LOG.warn("a cancel request came to nothing: {}", failure.toString());
                    return DONE;
                })
                .completeOnTimeout(DONE, limits.requestMax().toNanos(), TimeUnit.NANOSECONDS);
    }

    private CompletionStage<Done> drop() {
        dropped.increment();
        return CompletableFuture.completedFuture(DONE);
    }
}
