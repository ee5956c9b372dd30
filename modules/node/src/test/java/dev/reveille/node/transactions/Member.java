package dev.reveille.node.transactions;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.awaitility.Awaitility;

/** A node's part in the transactions of its cluster: an actor system of its own in this process, and a scripted desk. */
final class Member implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Sooner than the defaults, so that tests of losses do not wait long. */
    static final RoutingLimits QUICK = new RoutingLimits(
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(2),
            Duration.ofMinutes(1),
            RoutingLimits.DEFAULTS.pieceBytes(),
            RoutingLimits.DEFAULTS.window(),
            RoutingLimits.DEFAULTS.runsMax(),
            RoutingLimits.DEFAULTS.wishBytesMax(),
            RoutingLimits.DEFAULTS.wishesBytesMax());

    final ScriptedDesk own = new ScriptedDesk();
    final ActorSystem<Void> system;
    final RoutedTransactions desk;

    private Member(int port, RoutingLimits limits) {
        this.system = ActorSystem.create(Behaviors.empty(), "reveille", config(port));
        this.desk = new RoutedTransactions(own, Optional.empty(), true, limits);
    }

    static Config config(int port) {
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
                        "reveille.cancellation.shards",
                        64))
                .withFallback(ConfigFactory.parseResources("reveille-cluster-transactions.conf"))
                .withFallback(ConfigFactory.parseResources("reveille-cluster.conf"))
                .withFallback(ConfigFactory.load());
    }

    /** The first of a cluster. */
    static Member founder(RoutingLimits limits) {
        Member founder = new Member(0, limits);
        return founder.join(founder);
    }

    /** One that joins it. */
    static Member of(Member founder, RoutingLimits limits) {
        return new Member(0, limits).join(founder);
    }

    /** One that joins it at an address that was another's. */
    static Member at(int port, Member founder, RoutingLimits limits) {
        return new Member(port, limits).join(founder);
    }

    private Member join(Member founder) {
        Cluster.get(system)
                .manager()
                .tell(Join.create(Cluster.get(founder.system).selfMember().address()));
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> Cluster.get(system).selfMember().status().equals(MemberStatus.up()));
        desk.joined(system);
        return this;
    }

    Member sees(int members) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> StreamSupport.stream(
                                        Cluster.get(system).state().getMembers().spliterator(), false)
                                .filter(member -> member.status().equals(MemberStatus.up()))
                                .count()
                        == members);
        return this;
    }

    int port() {
        return Cluster.get(system).selfMember().address().getPort().orElseThrow();
    }

    /** Goes as a crash does: without a word to the others. */
    void crash() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        crash();
    }
}
