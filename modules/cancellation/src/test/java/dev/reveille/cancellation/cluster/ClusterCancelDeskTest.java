package dev.reveille.cancellation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import dev.reveille.cancellation.cluster.CancellationShard.LookUp;
import dev.reveille.cancellation.cluster.CancellationShard.Stored;
import dev.reveille.cancellation.cluster.CancellationShard.Unknown;
import dev.reveille.cancellation.cluster.CancellationShard.Unsure;
import dev.reveille.cancellation.cluster.HolderCommand.CancelHere;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import dev.reveille.cancellation.sealing.KeyRing;
import dev.reveille.cancellation.sealing.SealedKeys;
import dev.reveille.cancellation.store.InMemoryKeyStore;
import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.cancellation.store.StoreCommand;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which way a cancel request goes; shards and the key holders of two other nodes are played by the test. */
class ClusterCancelDeskTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final int REQUESTS_MAX = 3;

    /** Long where a test answers in time, short where it does not. */
    private static final ClusterLimits LIMITS = new ClusterLimits(
            Duration.ofSeconds(8),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofMillis(1),
            Duration.ofSeconds(6),
            REQUESTS_MAX,
            Duration.ofSeconds(5),
            10,
            Duration.ofSeconds(5),
            100);

    /** Gives up soon on a node that is lost. */
    private static final ClusterLimits IMPATIENT = new ClusterLimits(
            LIMITS.requestMax(),
            LIMITS.joiningMax(),
            LIMITS.shardMax(),
            LIMITS.againAfter(),
            Duration.ofMillis(1),
            REQUESTS_MAX,
            LIMITS.carriedOutMax(),
            LIMITS.carryingOutMax(),
            LIMITS.censusInterval(),
            LIMITS.registrationsPerSecond());

    private static final ClusterLimits HASTY = new ClusterLimits(
            MOMENT, MOMENT.dividedBy(3), Duration.ofMillis(1), Duration.ofMillis(1), MOMENT, 1, MOMENT, 1, MOMENT, 1);

    private static final CancelKey KEY = new CancelKey(7, ByteString.fromString("hush"));
    private static final long BITS = TestSession.bits(KEY);

    private final SealedKeys sealedElsewhere;
    private final CancelKeys keys;
    private final TestProbe<LookUp> shard = KIT.createTestProbe(LookUp.class);
    private final TestProbe<HolderCommand> first = KIT.createTestProbe(HolderCommand.class);
    private final TestProbe<HolderCommand> second = KIT.createTestProbe(HolderCommand.class);
    private final BlockingQueue<CancelTarget> delivered = new LinkedBlockingQueue<>();
    private final KeyStore store = new InMemoryKeyStore(InstantSource.system(), 10);
    private boolean allowed = true;
    private CancelRoutes routes;

    ClusterCancelDeskTest() {
        KeyRing ring = KeyRing.random();
        sealedElsewhere = new SealedKeys(ring);
        keys = CancelKeys.sealing(new SealedKeys(ring));
    }

    @BeforeEach
    void lay() {
        ActorRef<ShardingEnvelope<CancellationShard.Command>> shards = KIT.spawn(Behaviors.receiveMessage(envelope -> {
            shard.getRef().tell((LookUp) envelope.message());
            return Behaviors.same();
        }));
        routes = new CancelRoutes(shards, 64, new TwoPeers(), KIT.scheduler());
    }

    @AfterAll
    static void close() {
        KIT.shutdownTestKit();
    }

    private final Set<ActorRef<HolderCommand>> lost = ConcurrentHashMap.newKeySet();

    private final class TwoPeers implements CancelRoutes.Peers {
        @Override
        public List<ActorRef<HolderCommand>> all() {
            return List.of(first.getRef(), second.getRef());
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

    @Test
    void aSessionHereIsAskedWithoutAnybodyElse() {
        // Given
        TestSession session = TestSession.on(keys);

        // When: no way leads anywhere
        done(desk(Optional.empty(), LIMITS).cancel(session.key(), TestSession.ORIGIN));

        // Then
        assertThat(session.origins()).containsExactly(TestSession.ORIGIN);
    }

    @Test
    void theNodeThatTheShardNamesIsAskedAndWaitedFor() {
        // Given
        ClusterCancelDesk desk = joined(Optional.empty(), LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);
        LookUp lookUp = shard.receiveMessage();
        lookUp.replyTo().tell(new Held(second.getRef()));
        CancelHere asked = second.expectMessageClass(CancelHere.class);

        // Then
        assertThat(lookUp.key()).isEqualTo(BITS);
        assertThat(asked.key()).isEqualTo(KEY);
        assertThat(asked.origin()).isEqualTo(TestSession.ORIGIN);
        assertThat(request.toCompletableFuture()).isNotDone();
        asked.replyTo().tell(Outcome.HANDLED);
        done(request);
        first.expectNoMessage(Duration.ZERO);
    }

    @Test
    void anUnknownKeyIsAskedForOnceMore() {
        // Given
        ClusterCancelDesk desk = joined(Optional.empty(), LIMITS);

        // When: the registration was on its way
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);
        shard.receiveMessage().replyTo().tell(new Unknown());
        shard.receiveMessage().replyTo().tell(new Held(first.getRef()));

        // Then
        first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        done(request);
    }

    @Test
    void aKeyThatStaysUnknownCostsTwoLookUpsAndNothingElse() {
        // Given
        ClusterCancelDesk desk = joined(Optional.of(store), LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);
        shard.receiveMessage().replyTo().tell(new Unknown());
        shard.receiveMessage().replyTo().tell(new Unknown());

        // Then
        done(request);
        first.expectNoMessage(Duration.ZERO);
        second.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whatIsStoredIsCarriedOutHereWhenNoNodeHasTheSession() throws InterruptedException {
        // Given
        ClusterCancelDesk desk = joined(Optional.of(store), LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);
        shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));
        first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        CancelHere last = second.expectMessageClass(CancelHere.class);

        // Then: not before all have answered
        assertThat(delivered).isEmpty();
        last.replyTo().tell(Outcome.NOT_HELD);
        done(request);
        assertThat(delivered.poll(1, TimeUnit.SECONDS)).isEqualTo(TestSession.RECORD.target());
    }

    @Test
    void aSessionThatIsThereAfterAllDecidesItself() {
        // Given
        ClusterCancelDesk desk = joined(Optional.of(store), LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);
        shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));
        first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);

        // Then
        done(request);
        assertThat(delivered).isEmpty();
    }

    @Test
    void whoMayNotComeInMayNotCancelWhatIsStored() {
        // Given
        allowed = false;
        ClusterCancelDesk desk = joined(Optional.of(store), LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);
        shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));
        first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);

        // Then
        done(request);
        assertThat(delivered).isEmpty();
    }

    @Test
    void whereAShardIsUnsureTheNodesAreAskedAndThenTheStore() {
        // Given
        store.execute(List.of(new StoreCommand.Put(BITS, TestSession.RECORD, Duration.ofSeconds(90))));
        ClusterCancelDesk desk = joined(Optional.of(store), LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);
        shard.receiveMessage().replyTo().tell(new Unsure("just started"));
        first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);

        // Then
        done(request);
        assertThat(delivered).containsExactly(TestSession.RECORD.target());
    }

    @Test
    void aNodeThatIsSilentBecauseItIsAtWorkIsWaitedForAndNobodyElseCancels() {
        // Given
        ClusterCancelDesk desk = joined(Optional.of(store), IMPATIENT);
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);
        shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));
        first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        CancelHere atWork = second.expectMessageClass(CancelHere.class);

        // When
        shard.expectNoMessage(MOMENT); // Longer than a silent node is given.

        // Then
        assertThat(request.toCompletableFuture()).isNotDone();
        assertThat(delivered).isEmpty();
        atWork.replyTo().tell(Outcome.HANDLED);
        done(request);
        assertThat(delivered).isEmpty();
    }

    @Test
    void aNodeThatIsSilentBecauseItIsLostIsNotWaitedFor() {
        // Given
        lost.add(second.getRef());
        ClusterCancelDesk desk = joined(Optional.of(store), IMPATIENT);

        // When
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);
        shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));
        first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);

        // Then
        done(request);
        assertThat(delivered).containsExactly(TestSession.RECORD.target());
    }

    @Test
    void aSealedKeyGoesStraightToTheNodeItNames() {
        // Given
        ClusterCancelDesk desk = joined(Optional.empty(), LIMITS);
        CancelKey sealed = sealedKeyOf("second:1");

        // When
        CompletionStage<Done> request = desk.cancel(sealed, TestSession.ORIGIN);

        // Then
        CancelHere asked = second.expectMessageClass(CancelHere.class);
        assertThat(asked.key()).isEqualTo(sealed);
        asked.replyTo().tell(Outcome.HANDLED);
        done(request);
        shard.expectNoMessage(Duration.ZERO);
    }

    @Test
    void aSealedKeyOfANodeThatIsNoMemberIsDropped() {
        // Given
        ClusterCancelDesk desk = joined(Optional.empty(), LIMITS);

        // When
        done(desk.cancel(sealedKeyOf("gone:1"), TestSession.ORIGIN));

        // Then
        first.expectNoMessage(Duration.ZERO);
        second.expectNoMessage(Duration.ZERO);
    }

    @Test
    void aForgedKeyIsDroppedBeforeAnythingIsLookedUp() {
        // Given
        ClusterCancelDesk desk = joined(Optional.empty(), LIMITS);
        CancelKey sealed = sealedKeyOf("second:1");
        byte[] bytes = sealed.secret().toArray();
        bytes[bytes.length - 1] ^= 1;

        // When
        CompletionStage<Done> request =
                desk.cancel(new CancelKey(sealed.processId(), ByteString.fromArray(bytes)), TestSession.ORIGIN);

        // Then
        assertThat(request.toCompletableFuture()).isDone();
        shard.expectNoMessage(Duration.ZERO);
        second.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whoShowsAKeyThatIsBeingLookedUpWaitsForTheSameAnswerAndIsCarriedOutByItself() {
        // Given
        ClusterCancelDesk desk = joined(Optional.empty(), LIMITS);
        CompletionStage<Done> one = desk.cancel(KEY, TestSession.ORIGIN);
        LookUp lookUp = shard.receiveMessage();

        // When
        CompletionStage<Done> other = desk.cancel(KEY, TestSession.ORIGIN);
        shard.expectNoMessage(MOMENT);
        lookUp.replyTo().tell(new Held(first.getRef()));

        // Then
        first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        done(one);
        done(other);
    }

    @Test
    void aRequestWaitsWhileTheNodeIsJoining() {
        // Given
        ClusterCancelDesk desk = desk(Optional.empty(), LIMITS);
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);
        shard.expectNoMessage(MOMENT);

        // When
        desk.joined(routes);

        // Then
        shard.receiveMessage().replyTo().tell(new Held(first.getRef()));
        first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        done(request);
    }

    @Test
    void aNodeThatIsNoMemberAsksTheStore() {
        // Given
        store.execute(List.of(new StoreCommand.Put(BITS, TestSession.RECORD, Duration.ofSeconds(90))));
        ClusterCancelDesk desk = desk(Optional.of(store), HASTY);
        desk.joined(routes);
        desk.parted();

        // When
        done(desk.cancel(KEY, TestSession.ORIGIN));

        // Then
        assertThat(delivered).containsExactly(TestSession.RECORD.target());
        shard.expectNoMessage(Duration.ZERO);
    }

    @Test
    void nobodyIsKeptWaitingByASilentCluster() {
        // Given
        ClusterCancelDesk desk = joined(Optional.of(store), HASTY);

        // When
        CompletionStage<Done> request = desk.cancel(KEY, TestSession.ORIGIN);

        // Then: neither shard nor nodes ever say a word
        done(request);
    }

    @Test
    void moreAtOnceThanThereMayBeAreDroppedAndCounted() {
        // Given
        ClusterCancelDesk desk = joined(Optional.empty(), LIMITS);
        for (int number = 0; number < REQUESTS_MAX; number++) {
            desk.cancel(new CancelKey(number, KEY.secret()), TestSession.ORIGIN);
            shard.receiveMessage();
        }

        // When
        CompletionStage<Done> late = desk.cancel(KEY, TestSession.ORIGIN);

        // Then
        assertThat(late.toCompletableFuture()).isDone();
        assertThat(desk.dropped()).isEqualTo(1);
        shard.expectNoMessage(Duration.ZERO);
    }

    private ClusterCancelDesk joined(Optional<KeyStore> records, ClusterLimits limits) {
        ClusterCancelDesk desk = desk(records, limits);
        desk.joined(routes);
        return desk;
    }

    private ClusterCancelDesk desk(Optional<KeyStore> records, ClusterLimits limits) {
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

    private CancelKey sealedKeyOf(String address) {
        sealedElsewhere.reachableAt(address);
        return CancelKeys.sealing(sealedElsewhere)
                .issue(ProtocolVersion.V3_2, TestSession.RECORD, (_, handled) -> handled.run());
    }

    private static void done(CompletionStage<Done> request) {
        request.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }
}
