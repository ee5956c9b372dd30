package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Puts one cancel request to key holders, to each of them once at most, however it was found: a request that comes to a
 * session a second time, and later, might meet another query. For one errand; any thread.
 */
final class Inquiry {

    private final CancelKey key;
    private final CancelOrigin origin;
    private final CancelRoutes routes;
    private final ClusterLimits limits;

    /** By path: one that was found by its name has no number, the same one found through a shard has. */
    private final Map<ActorPath, CompletionStage<Outcome>> asked = new ConcurrentHashMap<>();

    Inquiry(CancelKey key, CancelOrigin origin, CancelRoutes routes, ClusterLimits limits) {
        this.key = key;
        this.origin = origin;
        this.routes = routes;
        this.limits = limits;
    }

    /** What this one says; fails where it says nothing in time. */
    CompletionStage<Outcome> of(ActorRef<HolderCommand> holder) {
        return asked.computeIfAbsent(holder.path(), _ -> routes.cancel(holder, key, origin, limits.requestMax()));
    }

    /** Whether one of them has the session, as soon as they have said so; whoever wants to know looks at the clock. */
    CompletableFuture<Boolean> ofAny(List<ActorRef<HolderCommand>> holders) {
        return new Answers(holders).handled;
    }

    /**
     * The same, in time. Who is silent may be at work on it, and then nobody else must be; only of those that cannot be
     * reached nothing more is expected after a while.
     */
    CompletableFuture<Boolean> ofAnyInTime(List<ActorRef<HolderCommand>> holders) {
        Answers answers = new Answers(holders);
        if (!answers.handled.isDone()) {
            answers.giveUpTheLost(limits.holderMax());
        }
        return answers.handled.completeOnTimeout(true, limits.requestMax().toNanos(), TimeUnit.NANOSECONDS);
    }

    /** What some of them say: handled by one, by none, or not known yet. */
    private final class Answers {

        private final CompletableFuture<Boolean> handled = new CompletableFuture<>();
        private final Set<ActorRef<HolderCommand>> silent = ConcurrentHashMap.newKeySet();

        Answers(List<ActorRef<HolderCommand>> holders) {
            silent.addAll(holders);
            if (holders.isEmpty()) {
                handled.complete(false);
            }
            holders.forEach(holder -> of(holder).whenComplete((outcome, failure) -> {
                if (failure == null) {
                    hear(holder, outcome);
                }
            }));
        }

        private void hear(ActorRef<HolderCommand> holder, Outcome outcome) {
            switch (outcome) {
                case HANDLED -> handled.complete(true);
                case NOT_HELD -> {
                    silent.remove(holder);
                    if (silent.isEmpty()) {
                        handled.complete(false);
                    }
                }
            }
        }

        private void giveUpTheLost(Duration patience) {
            CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(() -> {
                        if (handled.isDone()) {
                            return;
                        }
                        if (silent.stream().noneMatch(routes.peers()::isReachable)) {
                            handled.complete(false);
                        } else {
                            giveUpTheLost(limits.againAfter());
                        }
                    });
        }
    }
}
