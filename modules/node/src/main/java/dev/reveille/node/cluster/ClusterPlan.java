package dev.reveille.node.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.reveille.cancellation.cluster.SameShards;
import dev.reveille.gateway.redis.RedisLeaseStore;
import dev.reveille.node.settings.ClusterSettings;
import dev.reveille.node.settings.MemberAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;

/**
 * What the actor system of each life is made from.
 *
 * @param settings where the node comes in, and whom it asks for admission
 * @param shards of the cluster
 * @param tls for a node with a door and TLS
 * @param leases decide which of two halves goes on, where there is a store for them
 */
public record ClusterPlan(
        ClusterSettings settings, int shards, Optional<ClusterTls> tls, Optional<RedisLeaseStore> leases) {

    static final String SYSTEM = "reveille";

    private static final String MEMBERSHIP = "reveille-cluster.conf";
    private static final String TRANSACTIONS = "reveille-cluster-transactions.conf";
    private static final String LEASE = "reveille-cluster-lease.conf";
    private static final String LOOPBACK = "127.0.0.1";
    private static final int TWO = 2;
    private static final int KNOCK_MILLIS_MAX = 1_000;

    /** For seeds whose doors are open: as long as busy ones may need to say whether they are in a cluster. */
    private static final Duration HEARING_MAX = Duration.ofSeconds(10);

    boolean isAlone() {
        return settings.door().isEmpty();
    }

    /** Whether somebody else than this machine's users may come in without a certificate. */
    boolean isOpenToStrangers() {
        return tls.isEmpty()
                && settings.door()
                        .map(ClusterSettings.Door::bind)
                        .filter(bind -> !bind.getAddress().isLoopbackAddress())
                        .isPresent();
    }

    /** The nodes to ask for admission; none where a node founds its cluster at once. */
    List<Address> seeds() {
        return settings.seeds().stream()
                .map(seed -> new Address("pekko", SYSTEM, seed.host(), seed.port()))
                .toList();
    }

    /** Whether anybody is at the door of a seed that is not this node. Blocks for a moment. */
    boolean anotherSeedAnswers() {
        Optional<MemberAddress> self = settings.door().map(ClusterSettings.Door::advertised);
        return settings.seeds().stream()
                .filter(seed -> !self.equals(Optional.of(seed)))
                .anyMatch(ClusterPlan::answers);
    }

    private static boolean answers(MemberAddress seed) {
        try (Socket socket = new Socket()) {
            // A literal IPv6 address is in brackets, which InetAddress takes.
            socket.connect(new InetSocketAddress(seed.host(), seed.port()), KNOCK_MILLIS_MAX);
            return true;
        } catch (IOException | IllegalArgumentException _) {
            return false;
        }
    }

    private boolean isFirstSeed() {
        return settings.door().isPresent()
                && !settings.seeds().isEmpty()
                && settings.door().get().advertised().equals(settings.seeds().getFirst());
    }

    /** Blocks for a moment, as {@link #config} does. */
    ActorSystemSetup setup() {
        ActorSystemSetup setup = ActorSystemSetup.create(BootstrapSetup.create(config()));
        if (leases.isPresent()) {
            setup = setup.withSetup(new LeaseSetup(leases.get()));
        }
        Optional<SSLEngineProvider> engines =
                isAlone() ? Optional.of(new NobodyComesIn()) : tls.map(provider -> provider);
        return engines.isPresent() ? setup.withSetup(SSLEngineProviderSetup.create(_ -> engines.get())) : setup;
    }

    /** Blocks for a moment, since it matters whether other seeds are there. */
    Config config() {
        Map<String, Object> changes = new HashMap<>();
        changes.put(SameShards.SHARDS, shards);
        if (settings.door().isPresent()) {
            ClusterSettings.Door door = settings.door().get();
            MemberAddress bind = MemberAddress.of(door.bind());
            changes.put(
                    "pekko.remote.artery.canonical.hostname", door.advertised().host());
            changes.put("pekko.remote.artery.canonical.port", door.advertised().port());
            if (!bind.equals(door.advertised())) {
                changes.put("pekko.remote.artery.bind.hostname", bind.host());
                changes.put("pekko.remote.artery.bind.port", bind.port());
            }
        } else {
            changes.put("pekko.remote.artery.canonical.hostname", LOOPBACK);
            changes.put("pekko.remote.artery.canonical.port", 0);
            // There is nobody to take leave of.
            changes.put("pekko.coordinated-shutdown.run-by-actor-system-terminate", "off");
        }
        if (isAlone() || tls.isPresent()) {
            changes.put("pekko.remote.artery.transport", "tls-tcp");
        }
        // Seeds say yes or no as soon as they hear the question. Whoever founds a cluster before they did has two of
        // them.
        if (isFirstSeed() && anotherSeedAnswers()) {
            changes.put("pekko.cluster.seed-node-timeout", HEARING_MAX);
        }
        // Of two that lose sight of each other neither is a majority: whoever gets the lease goes on.
        if (settings.seeds().size() == TWO && leases.isPresent()) {
            changes.put("pekko.cluster.split-brain-resolver.active-strategy", "lease-majority");
        }
        return ConfigFactory.parseMap(changes, "the node's settings")
                .withFallback(ConfigFactory.parseResources(ClusterPlan.class.getClassLoader(), LEASE))
                .withFallback(ConfigFactory.parseResources(ClusterPlan.class.getClassLoader(), TRANSACTIONS))
                .withFallback(ConfigFactory.parseResources(ClusterPlan.class.getClassLoader(), MEMBERSHIP))
                .withFallback(ConfigFactory.load());
    }
}
