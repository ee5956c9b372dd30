package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.LookUp;
import dev.reveille.cancellation.cluster.HolderCommand.CancelHere;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;

/**
 * The ways that lead from this node to the sessions of others, for as long as it is a member of its cluster. Any thread;
 * what is asked and not answered in time fails.
 *
 * @param shards where a message to any of the shards is left
 * @param shardCount how many there are
 * @param peers the other nodes
 * @param scheduler for the time
 */
public record CancelRoutes(
        ActorRef<ShardingEnvelope<CancellationShard.Command>> shards,
        int shardCount,
        Peers peers,
        Scheduler scheduler) {

    /** The key holders of the other nodes, as the cluster's membership has it at the moment. Any thread. */
    public interface Peers {

        /** All of them. */
        List<ActorRef<HolderCommand>> all();

        /** Those of nodes that came a short while ago: shards may not have heard of their keys yet. */
        List<ActorRef<HolderCommand>> newcomers();

        /**
         * Those of the others, as far as they can be reached and are staying: each can be relied on to say at once whether
         * it has a session.
         */
        List<ActorRef<HolderCommand>> settled();

        /** The one of the node at {@code address}, {@code host:port}, where that is a member. */
        Optional<ActorRef<HolderCommand>> at(String address);

        /** Whether the node of {@code holder} is believed to be alive, so that its silence means that it is at work. */
        boolean isReachable(ActorRef<HolderCommand> holder);
    }

    CompletionStage<Answer> lookUp(long key, Duration patience) {
        String shard = Integer.toString(CancellationShard.shardOf(key, shardCount));
        return AskPattern.ask(
                shards,
                replyTo -> new ShardingEnvelope<>(shard, new LookUp(key, patience, replyTo)),
                patience,
                scheduler);
    }

    CompletionStage<Outcome> cancel(
            ActorRef<HolderCommand> holder, CancelKey key, CancelOrigin origin, Duration patience) {
        return AskPattern.ask(holder, replyTo -> new CancelHere(key, origin, replyTo), patience, scheduler);
    }
}
