package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.cancellation.cluster.CancellationShard.LookUp;
import dev.reveille.cancellation.sealing.KeyRing;
import dev.reveille.cancellation.sealing.SealedKeys;
import dev.reveille.cancellation.store.InMemoryKeyStore;
import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.util.ByteString;

/**
 * A desk whose shards and whose other two nodes are played by the test; what is carried out from the store lands in {@link
 * #delivered}. One for each test.
 */
final class DeskHouse {

    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final Duration MOMENT = Duration.ofMillis(300);
    static final int REQUESTS_MAX = 3;

    /** Long where a test answers in time, short where it does not. The shard is asked first. */
    static final ClusterLimits LIMITS = new ClusterLimits(
            Duration.ofSeconds(8),
            Duration.ofSeconds(5),
            0,
            2,
            Duration.ofSeconds(6),
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            Duration.ofSeconds(6),
            REQUESTS_MAX,
            Duration.ofSeconds(5),
            10,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            100);

    /** Gives up soon on a node that is lost. */
    static final ClusterLimits IMPATIENT = new ClusterLimits(
            LIMITS.requestMax(),
            LIMITS.joiningMax(),
            LIMITS.nodesAtOnceMax(),
            LIMITS.quietMax(),
            LIMITS.shardAfter(),
            LIMITS.shardMax(),
            LIMITS.againAfter(),
            Duration.ofMillis(1),
            REQUESTS_MAX,
            LIMITS.carriedOutMax(),
            LIMITS.carryingOutMax(),
            LIMITS.censusInterval(),
            LIMITS.newcomerFor(),
            LIMITS.registrationsPerSecond());

    /** Up to {@code nodes} are asked at once, two requests at a time, and the shard after {@code shardAfter}. */
    static ClusterLimits atOnce(int nodes, Duration shardAfter) {
        return new ClusterLimits(
                LIMITS.requestMax(),
                LIMITS.joiningMax(),
                nodes,
                LIMITS.quietMax(),
                shardAfter,
                LIMITS.shardMax(),
                LIMITS.againAfter(),
                LIMITS.holderMax(),
                REQUESTS_MAX,
                LIMITS.carriedOutMax(),
                LIMITS.carryingOutMax(),
                LIMITS.censusInterval(),
                LIMITS.newcomerFor(),
                LIMITS.registrationsPerSecond());
    }

    static final ClusterLimits HASTY = new ClusterLimits(
            MOMENT,
            MOMENT.dividedBy(3),
            0,
            0,
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            MOMENT,
            1,
            MOMENT,
            1,
            MOMENT,
            MOMENT,
            1);

    static final CancelKey KEY = new CancelKey(7, ByteString.fromString("hush"));
    static final long BITS = TestSession.bits(KEY);

    final SealedKeys sealedElsewhere;
    final CancelKeys keys;
    final TestProbe<LookUp> shard;
    final TestProbe<HolderCommand> first;
    final TestProbe<HolderCommand> second;
    final BlockingQueue<CancelTarget> delivered = new LinkedBlockingQueue<>();
    final KeyStore store = new InMemoryKeyStore(InstantSource.system(), 10);
    boolean allowed = true;
    CancelRoutes routes;

    DeskHouse(ActorTestKit kit) {
        KeyRing ring = KeyRing.random();
        sealedElsewhere = new SealedKeys(ring);
        keys = CancelKeys.sealing(new SealedKeys(ring));
        shard = kit.createTestProbe(LookUp.class);
        first = kit.createTestProbe(HolderCommand.class);
        second = kit.createTestProbe(HolderCommand.class);
        ActorRef<ShardingEnvelope<CancellationShard.Command>> shards = kit.spawn(Behaviors.receiveMessage(envelope -> {
            shard.getRef().tell((LookUp) envelope.message());
            return Behaviors.same();
        }));
        routes = new CancelRoutes(shards, 64, new TwoPeers(), kit.scheduler());
    }

    final Set<ActorRef<HolderCommand>> lost = ConcurrentHashMap.newKeySet();
    final Set<ActorRef<HolderCommand>> newcomers = ConcurrentHashMap.newKeySet();

    final class TwoPeers implements CancelRoutes.Peers {
        @Override
        public List<ActorRef<HolderCommand>> all() {
            return List.of(first.getRef(), second.getRef());
        }

        @Override
        public List<ActorRef<HolderCommand>> newcomers() {
            return List.copyOf(newcomers);
        }

        @Override
        public List<ActorRef<HolderCommand>> settled() {
            return all().stream()
                    .filter(holder -> !lost.contains(holder) && !newcomers.contains(holder))
                    .toList();
        }

        @Override
        public Optional<ActorRef<HolderCommand>> at(String address) {
            return address.equals("second:1") ? Optional.of(second.getRef()) : Optional.empty();
        }

        @Override
        public boolean isReachable(ActorRef<HolderCommand> holder) {
            return !lost.contains(holder);
        }
    }

    ClusterCancelDesk joined(Optional<KeyStore> records, ClusterLimits limits) {
        ClusterCancelDesk desk = desk(records, limits);
        desk.joined(routes);
        return desk;
    }

    ClusterCancelDesk desk(Optional<KeyStore> records, ClusterLimits limits) {
        return new ClusterCancelDesk(
                keys,
                new Sessionless(records, this::allows, target -> {
                    delivered.add(target);
                    return CompletableFuture.completedFuture(Done.getInstance());
                }),
                limits);
    }

    private CompletionStage<Boolean> allows(CancelRecord record, CancelOrigin origin) {
        return CompletableFuture.completedFuture(allowed);
    }

    CancelKey sealedKeyOf(String address) {
        sealedElsewhere.reachableAt(address);
        return CancelKeys.sealing(sealedElsewhere)
                .issue(ProtocolVersion.V3_2, TestSession.RECORD, (_, handled) -> handled.run());
    }

    static void done(CompletionStage<Done> request) {
        request.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
