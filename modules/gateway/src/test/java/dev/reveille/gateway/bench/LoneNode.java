package dev.reveille.gateway.bench;

import com.typesafe.config.ConfigFactory;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.CancellationSettings;
import dev.reveille.cancellation.cluster.CancelRoutes;
import dev.reveille.cancellation.cluster.CancellationCluster;
import dev.reveille.cancellation.cluster.CancellationShard;
import dev.reveille.cancellation.cluster.ClusterLimits;
import dev.reveille.cancellation.queue.KeyLife;
import dev.reveille.cancellation.queue.QueueSettings;
import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.gateway.redis.RedisKeyStore;
import dev.reveille.gateway.redis.RedisLink;
import dev.reveille.gateway.redis.RedisSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;

/** The cluster part of a node that is alone: real shards and a real link to Redis in this process, no sessions. */
final class LoneNode implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 30;

    final CancelKeys keys;
    final ActorSystem<Void> system;
    private final CancelRoutes routes;

    private LoneNode(CancelKeys keys, ActorSystem<Void> system, CancelRoutes routes) {
        this.keys = keys;
        this.system = system;
        this.routes = routes;
    }

    /** @param watched puts a counter before the store, or returns it as it is */
    static LoneNode start(int redisPort, int shards, QueueSettings queue, UnaryOperator<KeyStore> watched) {
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "reveille",
                ConfigFactory.parseMap(Map.of(
                                "pekko.remote.artery.canonical.hostname", "127.0.0.1",
                                "pekko.remote.artery.canonical.port", 0,
                                "pekko.loglevel", "WARNING",
                                "pekko.log-dead-letters", "off",
                                // There is nobody to hand anything over to.
                                "pekko.coordinated-shutdown.run-by-actor-system-terminate", "off"))
                        .withFallback(ConfigFactory.parseResources("reveille-cluster.conf"))
                        .withFallback(ConfigFactory.load()));
        RedisLink link = RedisLink.open(RedisSettings.parse("redis://127.0.0.1:" + redisPort), system);
        CompletableFuture<Void> up = new CompletableFuture<>();
        link.watch(state -> {
            if (state == RedisLink.State.UP) {
                up.complete(null);
            }
        });
        up.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        KeyStore store = watched.apply(RedisKeyStore.on(link, system));
        CancellationSettings settings = settings(shards, queue);
        CancelKeys keys = CancelKeys.plain();
        CancelRoutes routes = CancellationCluster.start(
                system,
                keys,
                shards,
                shard -> CancellationShard.create(shard, Optional.of(store), settings),
                ClusterLimits.DEFAULTS);
        Cluster cluster = Cluster.get(system);
        cluster.manager().tell(Join.create(cluster.selfMember().address()));
        return new LoneNode(keys, system, routes);
    }

    void tell(long key, CancellationShard.Command command) {
        int shard = CancellationShard.shardOf(key, routes.shardCount());
        routes.shards().tell(new ShardingEnvelope<>(Integer.toString(shard), command));
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    static QueueSettings queue(KeyLife life, int batchMax, int batchesMax) {
        QueueSettings usual = QueueSettings.DEFAULTS;
        return new QueueSettings(
                life,
                batchMax,
                batchesMax,
                usual.batchTimeMax(),
                usual.lookUpsMax(),
                usual.putsMax(),
                usual.removesMax(),
                usual.replayRate(),
                usual.pauseMin(),
                usual.pauseMax(),
                usual.refusedPause(),
                usual.sampleMax(),
                usual.samplePause());
    }

    /** Trusted from the start, because there is no other node that would have to tell first. */
    private static CancellationSettings settings(int shards, QueueSettings queue) {
        CancellationSettings usual = CancellationSettings.DEFAULTS;
        return new CancellationSettings(
                shards,
                usual.keysMax(),
                usual.lookUpMax(),
                Duration.ZERO,
                usual.registerAgainPause(),
                usual.restartsMax(),
                usual.restartsWithin(),
                queue);
    }
}
