package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import dev.reveille.cancellation.cluster.CancellationShard.Stored;
import dev.reveille.cancellation.cluster.CancellationShard.Unknown;
import dev.reveille.cancellation.cluster.CancellationShard.Unsure;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One cancel request on its way through the cluster.
 *
 * <pre>
 *   few nodes, and few requests?
 *      │ no    └─ yes ─▶ their key holders, at once ── held ─▶ done
 *      ▼                    │ nobody, or not for a moment
 *   the shard ◀─────────────┘
 *      ├──────── held ────────────────────────▶ that node's key holder
 *      ├──────── unknown ── once more ────────▶ dropped
 *      ├──────── stored ──────────────────┐
 *      └──────── unsure, or slow ───┐     │
 *                                   ▼     ▼
 *                            all key holders ── held ─▶ done
 *                                   │ nobody
 *                                   ▼
 *                     the store's record ─▶ may this one cancel? ─▶ the compute
 * </pre>
 *
 * A session that a node of ours has is always asked itself, because only it knows which query is running; and once only.
 */
final class Errand {

    private static final CompletionStage<Done> OVER = CompletableFuture.completedFuture(Done.getInstance());

    private final CancelOrigin origin;
    private final CancelRoutes routes;
    private final LookUps lookUps;
    private final Sessionless sessionless;
    private final ClusterLimits limits;
    private final Inquiry inquiry;

    Errand(
            CancelKey key,
            CancelOrigin origin,
            CancelRoutes routes,
            LookUps lookUps,
            Sessionless sessionless,
            ClusterLimits limits) {
        this.origin = origin;
        this.routes = routes;
        this.lookUps = lookUps;
        this.sessionless = sessionless;
        this.limits = limits;
        this.inquiry = new Inquiry(key, origin, routes, limits);
    }

    /** A sealed key itself says where to go. */
    CompletionStage<Done> to(String address) {
        return routes.peers().at(address).map(this::ask).orElse(OVER);
    }

    /**
     * The shard of a key of 8 bytes knows where to go. Of a few nodes each can as well be asked itself: it knows its own
     * sessions, and the way to the shard and back is saved.
     *
     * @param quiet whether there is so little to do that one request may cost a message to each node
     */
    CompletionStage<Done> by(long bits, boolean quiet) {
        if (!sessionless.hasStore() && routes.peers().all().isEmpty()) {
            return OVER;
        }
        List<ActorRef<HolderCommand>> settled = quiet ? routes.peers().settled() : List.of();
        boolean few = !settled.isEmpty() && settled.size() <= limits.nodesAtOnceMax();
        return few ? atOnce(settled, bits) : byShard(bits);
    }

    /** As long as all goes well, there is one clock for it: each costs a thread its sleep. */
    private CompletionStage<Done> atOnce(List<ActorRef<HolderCommand>> nodes, long bits) {
        CompletableFuture<Boolean> handled = inquiry.ofAny(nodes);
        CompletionStage<Done> otherwise = handled.copy()
                .completeOnTimeout(false, limits.shardAfter().toNanos(), TimeUnit.NANOSECONDS)
                .thenCompose(found -> found
                        ? OVER
                        : byShard(bits)
                                // Whatever the shard says: who is still at work is waited for.
                                .thenCombine(inquiry.ofAnyInTime(nodes), (done, _) -> done));
        CompletableFuture<Done> over = otherwise.toCompletableFuture().copy();
        handled.thenAccept(found -> {
            if (found) {
                over.complete(Done.getInstance());
            }
        });
        return over;
    }

    private CompletionStage<Done> byShard(long bits) {
        return lookUp(bits).thenCompose(first -> switch (first) {
            // The session may be just beginning, and its registration on the way.
            case Unknown _ ->
                CompletableFuture.supplyAsync(() -> bits, afterAPause())
                        .thenCompose(this::lookUp)
                        .thenCompose(second -> act(bits, second));
            case Held _, Stored _, Unsure _ -> act(bits, first);
        });
    }

    private CompletionStage<Done> act(long bits, Answer answer) {
        return switch (answer) {
            case Held(ActorRef<HolderCommand> holder) -> ask(holder);
            // Unless it is of a node that has just come, and has yet to tell.
            case Unknown _ -> inquiry.ofAnyInTime(routes.peers().newcomers()).thenCompose(_ -> OVER);
            case Stored(CancelRecord record) ->
                askAll().thenCompose(handled -> handled ? OVER : sessionless.cancel(record, origin));
            case Unsure _ -> askAll().thenCompose(handled -> handled ? OVER : sessionless.cancel(bits, origin));
        };
    }

    /** What the shard says, or that it takes too long. */
    private CompletionStage<Answer> lookUp(long bits) {
        return lookUps.of(routes, bits)
                .copy()
                .completeOnTimeout(new Unsure("slow"), limits.shardMax().toNanos(), TimeUnit.NANOSECONDS);
    }

    private CompletionStage<Done> ask(ActorRef<HolderCommand> holder) {
        return inquiry.of(holder).handle((_, _) -> Done.getInstance());
    }

    private CompletionStage<Boolean> askAll() {
        return inquiry.ofAnyInTime(routes.peers().all());
    }

    private Executor afterAPause() {
        return CompletableFuture.delayedExecutor(limits.againAfter().toNanos(), TimeUnit.NANOSECONDS);
    }
}
