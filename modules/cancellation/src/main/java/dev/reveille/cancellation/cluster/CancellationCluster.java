package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelKeys;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * A node's part in the cancellation of its cluster: some of the shards, its key holder, and the routes to all others.
 * For one life of a cluster's actor system; all of it ends with that.
 */
public final class CancellationCluster {

    private static final EntityTypeKey<CancellationShard.Command> SHARDS =
            EntityTypeKey.create(CancellationShard.Command.class, "cancellation");

    private static final CancelRoutes.Peers NOBODY = new CancelRoutes.Peers() {
        @Override
        public List<ActorRef<HolderCommand>> all() {
            return List.of();
        }

        @Override
        public List<ActorRef<HolderCommand>> newcomers() {
            return List.of();
        }

        @Override
        public List<ActorRef<HolderCommand>> settled() {
            return List.of();
        }

        @Override
        public Optional<ActorRef<HolderCommand>> at(String address) {
            return Optional.empty();
        }

        @Override
        public boolean isReachable(ActorRef<HolderCommand> holder) {
            return false;
        }
    };

    private CancellationCluster() {}

    /**
     * Starts it on {@code system}, which must be of a cluster. Shards and keys meet as soon as the node is a member.
     *
     * @param keys of this node's sessions, whose listener is from now on the key holder
     * @param shardCount the same on all nodes
     * @param shard the behavior of a shard, by its number
     */
    public static CancelRoutes start(
            ActorSystem<?> system,
            CancelKeys keys,
            int shardCount,
            IntFunction<Behavior<CancellationShard.Command>> shard,
            ClusterLimits limits) {
        ActorRef<ShardingEnvelope<CancellationShard.Command>> shards = ClusterSharding.get(system)
                .init(Entity.of(SHARDS, context -> shard.apply(Integer.parseInt(context.getEntityId())))
                        .withStopMessage(CancellationShard.Stop.INSTANCE)
                        .withMessageExtractor(new ByNumber()));
        system.systemActorOf(KeyHolder.create(keys, shards, shardCount, limits), KeyHolder.NAME, Props.empty());
        return new CancelRoutes(
                shards,
                shardCount,
                new MemberPeers(system, Newcomers.of(system, limits.newcomerFor())),
                system.scheduler());
    }

    /**
     * The routes of a node that nobody can join and that shares no store: they lead nowhere. Nobody but this node can be
     * asked for its keys, and it has them at hand, so no shard is told of them: that would be four messages for each
     * session that nobody ever reads.
     */
    public static CancelRoutes ofNodeAlone(ActorSystem<?> system, int shardCount) {
        return new CancelRoutes(system.deadLetters(), shardCount, NOBODY, system.scheduler());
    }

    /** One shard of Pekko's for each of ours: they are what moves between nodes. */
    private static final class ByNumber
            extends ShardingMessageExtractor<ShardingEnvelope<CancellationShard.Command>, CancellationShard.Command> {

        @Override
        public String entityId(ShardingEnvelope<CancellationShard.Command> envelope) {
            return envelope.entityId();
        }

        @Override
        public String shardId(String entityId) {
            return entityId;
        }

        @Override
        public CancellationShard.Command unwrapMessage(ShardingEnvelope<CancellationShard.Command> envelope) {
            return envelope.message();
        }
    }
}
