package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.Unsure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The questions to shards that are under way at this node: whoever asks for the same key meanwhile waits for the same
 * answer. Only the question is shared; each request then goes to the session by itself, because it may mean another
 * query. Any thread.
 */
final class LookUps {

    private final ClusterLimits limits;
    private final ConcurrentHashMap<Long, CompletableFuture<Answer>> underWay = new ConcurrentHashMap<>();

    LookUps(ClusterLimits limits) {
        this.limits = limits;
    }

    /** Never fails: where nobody answers, nobody is sure. */
    CompletableFuture<Answer> of(CancelRoutes routes, long key) {
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        CompletableFuture<Answer> others = underWay.putIfAbsent(key, mine);
        if (others != null) {
            return others;
        }
        ask(routes, key).whenComplete((answer, failure) -> {
            underWay.remove(key, mine);
            mine.complete(failure == null ? answer : new Unsure("no answer"));
        });
        return mine;
    }

    /** With a clock of its own: an actor system that ends takes the one of its questions along. */
    private CompletableFuture<Answer> ask(CancelRoutes routes, long key) {
        try {
            return routes.lookUp(key, limits.holderMax())
                    .toCompletableFuture()
                    .copy()
                    .orTimeout(limits.holderMax().multipliedBy(2).toNanos(), TimeUnit.NANOSECONDS);
        } catch (RuntimeException ending) {
            return CompletableFuture.failedFuture(ending);
        }
    }
}
