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
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
            // Unless it is of a node that has just come, and has yet to tell.
            case Unknown _ -> ask(routes.peers().newcomers()).thenCompose(_ -> OVER);
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

    /**
     * Whether one of them has the session. Who is silent may be at work on it, and then nobody else must be; only of those
     * that cannot be reached nothing more is expected after a while.
     */
    private CompletionStage<Boolean> askAll() {
        return ask(routes.peers().all());
    }

    private CompletionStage<Boolean> ask(List<ActorRef<HolderCommand>> holders) {
        Set<ActorRef<HolderCommand>> silent = ConcurrentHashMap.newKeySet();
        silent.addAll(holders);
        CompletableFuture<Boolean> handled = new CompletableFuture<>();
        for (ActorRef<HolderCommand> holder : holders) {
            routes.cancel(holder, key, origin, limits.requestMax()).whenComplete((outcome, failure) -> {
                if (failure == null && outcome == Outcome.HANDLED) {
                    handled.complete(true);
                } else if (failure == null) {
                    silent.remove(holder);
                    if (silent.isEmpty()) {
                        handled.complete(false);
                    }
                }
            });
        }
        if (holders.isEmpty()) {
            return CompletableFuture.completedFuture(false);
        }
        giveUpTheLost(silent, handled, limits.holderMax());
        return handled.completeOnTimeout(true, limits.requestMax().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void giveUpTheLost(
            Set<ActorRef<HolderCommand>> silent, CompletableFuture<Boolean> handled, Duration patience) {
        CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS)
                .execute(() -> {
                    if (handled.isDone()) {
                        return;
                    }
                    if (silent.stream().noneMatch(routes.peers()::isReachable)) {
                        handled.complete(false);
                    } else {
                        giveUpTheLost(silent, handled, limits.againAfter());
                    }
                });
    }

    private Executor afterAPause() {
        return CompletableFuture.delayedExecutor(limits.againAfter().toNanos(), TimeUnit.NANOSECONDS);
    }
}
