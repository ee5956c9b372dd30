package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import dev.reveille.cancellation.cluster.CancellationShard.Stored;
import dev.reveille.cancellation.cluster.CancellationShard.Unknown;
import dev.reveille.cancellation.cluster.CancellationShard.Unsure;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One cancel request on its way through the cluster.
 *
 * <pre>
 *   the shard ── held ────────────────────────▶ that node's key holder
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
 * A session that a node of ours has is always asked itself, because only it knows which query is running.
 */
final class Errand {

    private static final CompletionStage<Done> OVER = CompletableFuture.completedFuture(Done.getInstance());

    private final CancelKey key;
    private final CancelOrigin origin;
    private final CancelRoutes routes;
    private final LookUps lookUps;
    private final Sessionless sessionless;
    private final ClusterLimits limits;

    Errand(
            CancelKey key,
            CancelOrigin origin,
            CancelRoutes routes,
            LookUps lookUps,
            Sessionless sessionless,
            ClusterLimits limits) {
        this.key = key;
        this.origin = origin;
        this.routes = routes;
        this.lookUps = lookUps;
        this.sessionless = sessionless;
        this.limits = limits;
    }

    /** A sealed key itself says where to go. */
    CompletionStage<Done> to(String address) {
        return routes.peers().at(address).map(this::ask).orElse(OVER);
    }

    /** The shard of a key of 8 bytes knows where to go. */
    CompletionStage<Done> by(long bits) {
        if (!sessionless.hasStore() && routes.peers().all().isEmpty()) {
            return OVER;
        }
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
            case Unknown _ -> OVER;
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
        return routes.cancel(holder, key, origin, limits.requestMax()).handle((_, _) -> Done.getInstance());
    }

    /** Whether one of them has the session; who is silent for too long has not. */
    private CompletionStage<Boolean> askAll() {
        List<ActorRef<HolderCommand>> holders = routes.peers().all();
        CompletableFuture<Boolean> handled = new CompletableFuture<>();
        AtomicInteger silent = new AtomicInteger(holders.size());
        for (ActorRef<HolderCommand> holder : holders) {
            routes.cancel(holder, key, origin, limits.requestMax()).whenComplete((outcome, failure) -> {
                if (failure == null && outcome == Outcome.HANDLED) {
                    handled.complete(true);
                } else if (silent.decrementAndGet() == 0) {
                    handled.complete(false);
                }
            });
        }
        if (holders.isEmpty()) {
            handled.complete(false);
        }
        return handled.completeOnTimeout(false, limits.holderMax().toNanos(), TimeUnit.NANOSECONDS);
    }

    private Executor afterAPause() {
        return CompletableFuture.delayedExecutor(limits.againAfter().toNanos(), TimeUnit.NANOSECONDS);
    }
}
