package dev.reveille.cancellation.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.store.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.awaitility.Awaitility;

/** The cluster part of one node: an actor system of its own in this process, on a free port of the loopback address. */
final class OneNode {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Two nodes are few elsewhere; here shards shall be asked. */
    static final ClusterLimits BY_SHARD = ClusterLimits.DEFAULTS.askingAtOnce(0);

    /** All nodes are asked at once, those that have just come included. */
    static final ClusterLimits AT_ONCE = withoutNewcomers();

    final CancelKeys keys = CancelKeys.plain();
    final ActorSystem<Void> system;
    final ClusterCancelDesk desk;
    final CancelRoutes routes;

    private OneNode(
            ActorSystem<Void> system,
            IntFunction<Behavior<CancellationShard.Command>> shard,
            int shards,
            Optional<KeyStore> store,
            CancelDelivery delivery,
            ClusterLimits limits) {
        this.system = system;
        this.desk = new ClusterCancelDesk(
                keys, new Sessionless(store, (_, _) -> CompletableFuture.completedFuture(true), delivery), limits);
        this.routes = CancellationCluster.start(system, keys, shards, shard, limits);
    }

    private static ClusterLimits withoutNewcomers() {
        ClusterLimits usual = ClusterLimits.DEFAULTS;
        return new ClusterLimits(
                usual.requestMax(),
                usual.joiningMax(),
                usual.nodesAtOnceMax(),
                usual.quietMax(),
                usual.shardAfter(),
                usual.shardMax(),
                usual.againAfter(),
                usual.holderMax(),
                usual.requestsMax(),
                usual.carriedOutMax(),
                usual.carryingOutMax(),
                usual.censusInterval(),
                Duration.ZERO,
                usual.registrationsPerSecond());
    }

    static Config config(int port, int shards) {
        return ConfigFactory.parseMap(Map.of(
                        "pekko.remote.artery.canonical.hostname",
                        "127.0.0.1",
                        "pekko.remote.artery.canonical.port",
                        port,
                        "pekko.loglevel",
                        "WARNING",
                        "pekko.log-dead-letters",
                        "off",
                        // A test that ends a node without a goodbye.
                        "pekko.coordinated-shutdown.run-by-actor-system-terminate",
                        "off",
                        SameShards.SHARDS,
                        shards))
                .withFallback(ConfigFactory.parseResources("reveille-cluster.conf"))
                .withFallback(ConfigFactory.load());
    }

    static OneNode start(
            int shards,
            IntFunction<Behavior<CancellationShard.Command>> shard,
            Optional<KeyStore> store,
            CancelDelivery delivery) {
        return start(shards, shard, store, delivery, BY_SHARD);
    }

    static OneNode start(
            int shards,
            IntFunction<Behavior<CancellationShard.Command>> shard,
            Optional<KeyStore> store,
            CancelDelivery delivery,
            ClusterLimits limits) {
        return new OneNode(
                ActorSystem.create(Behaviors.<Void>empty(), "reveille", config(0, shards)),
                shard,
                shards,
                store,
                delivery,
                limits);
    }

    Address address() {
        return Cluster.get(system).selfMember().address();
    }

    /** Joins the node at {@code first}, and waits until it is a member. */
    OneNode join(OneNode first) {
        Cluster.get(system).manager().tell(Join.create(first.address()));
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Cluster.get(system).selfMember().status().equals(MemberStatus.up()));
        desk.joined(routes);
        return this;
    }

    void sees(int members) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> routes.peers().all().size() == members - 1);
    }

    /** Goes as a crash does: without a word. */
    void crash() {
        system.terminate();
        await(system.getWhenTerminated().toCompletableFuture());
    }

    static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    static CancelDelivery noDelivery() {
        return _ -> CompletableFuture.failedFuture(new AssertionError("a session was there to be asked"));
    }

    static Done done() {
        return Done.getInstance();
    }
}
