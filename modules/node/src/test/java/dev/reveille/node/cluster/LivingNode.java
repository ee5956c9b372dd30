package dev.reveille.node.cluster;

import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.CancellationSettings;
import dev.reveille.cancellation.cluster.CancellationCluster;
import dev.reveille.cancellation.cluster.CancellationShard;
import dev.reveille.cancellation.cluster.ClusterCancelDesk;
import dev.reveille.cancellation.cluster.ClusterLimits;
import dev.reveille.cancellation.cluster.Sessionless;
import dev.reveille.gateway.redis.RedisLeaseStore;
import dev.reveille.node.settings.ClusterSettings;
import dev.reveille.node.settings.MemberAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.awaitility.Awaitility;

/** The cluster part of a node without the rest, on the loopback address. */
final class LivingNode implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    final CancelKeys keys = CancelKeys.plain();
    final ClusterLife life;
    final ClusterCancelDesk desk;

    /** The actor system of the present life, for tests that do to it what only a cluster does. */
    final AtomicReference<ActorSystem<?>> system = new AtomicReference<>();

    final AtomicInteger lives = new AtomicInteger();

    private LivingNode(ClusterSettings settings, Optional<ClusterTls> tls, Optional<RedisLeaseStore> leases) {
        CancelDelivery nowhere = _ -> CompletableFuture.failedFuture(new AssertionError("nothing was stored"));
        this.desk = new ClusterCancelDesk(
                keys,
                new Sessionless(Optional.empty(), (_, _) -> CompletableFuture.completedFuture(false), nowhere),
                ClusterLimits.DEFAULTS);
        int shards = CancellationSettings.DEFAULTS.shards();
        this.life = new ClusterLife(
                new ClusterPlan(settings, shards, tls, leases),
                desk,
                member -> {
                    system.set(member);
                    lives.incrementAndGet();
                    return CancellationCluster.start(
                            member,
                            keys,
                            shards,
                            shard -> CancellationShard.create(shard, Optional.empty(), CancellationSettings.DEFAULTS),
                            ClusterLimits.DEFAULTS);
                },
                _ -> {});
        life.begin();
    }

    static LivingNode alone() {
        return new LivingNode(new ClusterSettings(Optional.empty(), List.of()), Optional.empty(), Optional.empty());
    }

    /** The node of the {@code number}th of these addresses, which are the cluster's seeds. */
    static LivingNode of(
            List<MemberAddress> addresses, int number, Optional<ClusterTls> tls, Optional<RedisLeaseStore> leases) {
        return at(addresses.get(number), addresses.get(number), addresses, tls, leases);
    }

    /** The same, with a piece of network in front of its port: others reach it at its address among the seeds. */
    static LivingNode behind(MemberAddress port, List<MemberAddress> addresses, int number) {
        return at(port, addresses.get(number), addresses, Optional.empty(), Optional.empty());
    }

    private static LivingNode at(
            MemberAddress port,
            MemberAddress advertised,
            List<MemberAddress> seeds,
            Optional<ClusterTls> tls,
            Optional<RedisLeaseStore> leases) {
        InetSocketAddress bind = new InetSocketAddress(port.host(), port.port());
        return new LivingNode(
                new ClusterSettings(Optional.of(new ClusterSettings.Door(bind, advertised, Optional.empty())), seeds),
                tls,
                leases);
    }

    static List<MemberAddress> freeAddresses(int count) {
        List<ServerSocket> sockets =
                IntStream.range(0, count).mapToObj(_ -> socket()).toList();
        return sockets.stream()
                .map(socket -> {
                    try (socket) {
                        return new MemberAddress("127.0.0.1", socket.getLocalPort());
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                })
                .toList();
    }

    private static ServerSocket socket() {
        try {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits until this node is a member, and sees so many in all. */
    LivingNode isUpAmong(int members) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            ClusterView view = life.view();
            return lives.get() > 0
                    && view.state().equals("up")
                    && view.members().stream()
                                    .filter(member -> member.state().equals("up") && member.reachable())
                                    .count()
                            == members;
        });
        return this;
    }

    InetSocketAddress address() {
        String text = life.view().address();
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    @Override
    public void close() {
        life.leave()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
