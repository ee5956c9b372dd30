package dev.reveille.cancellation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.cluster.CancellationShard.Census;
import dev.reveille.cancellation.cluster.CancellationShard.Command;
import dev.reveille.cancellation.cluster.CancellationShard.Entry;
import dev.reveille.cancellation.cluster.CancellationShard.Register;
import dev.reveille.cancellation.cluster.CancellationShard.Unregister;
import dev.reveille.cancellation.cluster.HolderCommand.CancelHere;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import dev.reveille.cancellation.cluster.HolderCommand.RegisterAgain;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyHolderTest {

    private static final int SHARDS = 4;
    private static final ClusterLimits LIMITS = new ClusterLimits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(3),
            0,
            0,
            Duration.ofMillis(10),
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            10,
            Duration.ofSeconds(5),
            2,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            100);
    private static final Duration PACE = Duration.ofMillis(100);
    private static final int KEYS_IN_A_PACE = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ActorTestKit kit =
            ActorTestKit.create("holder", ManualTime.config().withFallback(ConfigFactory.load()));
    private final ManualTime time = ManualTime.get(kit.system());
    private final CancelKeys keys = CancelKeys.plain();
    private final TestProbe<Envelope> shards = kit.createTestProbe(Envelope.class);
    private final TestProbe<Outcome> canceller = kit.createTestProbe(Outcome.class);

    /** What a shard was told: probes want a class without a parameter. */
    private record Envelope(String shard, Command command) {}

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    @Test
    void aSessionIsRegisteredWithTheShardOfItsKeyAtOnce() {
        // Given
        start();

        // When
        TestSession session = TestSession.on(keys);

        // Then
        Envelope told = shards.receiveMessage();
        assertThat(told.shard()).isEqualTo(shardOf(session));
        assertThat(((Register) told.command()).entries())
                .containsExactly(new Entry(session.bits(), TestSession.RECORD));
    }

    @Test
    void whenASessionEndsItsShardIsTold() {
        // Given
        ActorRef<HolderCommand> holder = start();
        TestSession session = TestSession.on(keys);
        shards.receiveMessage();

        // When
        keys.forget(session.key());

        // Then
        shards.expectMessage(new Envelope(shardOf(session), new Unregister(session.bits(), holder)));
    }

    @Test
    void sessionsThatWereHereBeforeAreRegisteredAtTheirOwnPace() {
        // Given
        Set<Long> expected = Stream.generate(() -> TestSession.on(keys).bits())
                .limit(3 * KEYS_IN_A_PACE)
                .collect(Collectors.toSet());

        // When
        start();
        Set<Long> first = registered(KEYS_IN_A_PACE);
        shards.expectNoMessage();
        time.timePasses(PACE);
        Set<Long> second = registered(KEYS_IN_A_PACE);
        shards.expectNoMessage();
        time.timePasses(PACE);
        Set<Long> third = registered(KEYS_IN_A_PACE);

        // Then
        Set<Long> all = new HashSet<>(first);
        all.addAll(second);
        all.addAll(third);
        assertThat(all).isEqualTo(expected);
    }

    @Test
    void aSessionThatEndsBeforeItsTurnIsNotRegistered() {
        // Given
        List<TestSession> sessions = Stream.generate(() -> TestSession.on(keys))
                .limit(2 * KEYS_IN_A_PACE)
                .toList();
        ActorRef<HolderCommand> holder = start();
        Set<Long> first = registered(KEYS_IN_A_PACE);

        // When
        sessions.stream().filter(session -> !first.contains(session.bits())).forEach(session -> {
            keys.forget(session.key());
            shards.expectMessage(new Envelope(shardOf(session), new Unregister(session.bits(), holder)));
        });
        time.timePasses(PACE);

        // Then
        shards.expectNoMessage();
    }

    @Test
    void shardsAreToldHowManyKeysTheyShouldKnow() {
        // Given
        ActorRef<HolderCommand> holder = start();
        TestSession staying = TestSession.on(keys);
        TestSession leaving = sessionOfAnotherShardThan(staying);
        keys.forget(leaving.key());
        fishFor(new Unregister(leaving.bits(), holder));

        // When
        time.timePasses(LIMITS.censusInterval());

        // Then
        Set<String> counts = Stream.generate(shards::receiveMessage)
                .limit(2)
                .map(told -> told.shard() + ":" + ((Census) told.command()).count())
                .collect(Collectors.toSet());
        assertThat(counts).containsExactlyInAnyOrder(shardOf(staying) + ":1", shardOf(leaving) + ":0");
    }

    @Test
    void shardsAreToldWhichKeysTheseAre() {
        // Given
        ActorRef<HolderCommand> holder = start();
        TestSession session = TestSession.on(keys);
        shards.receiveMessage();
        KeyTally tally = new KeyTally();
        tally.add(session.bits());

        // When
        time.timePasses(LIMITS.censusInterval());

        // Then
        shards.expectMessage(new Envelope(shardOf(session), new Census(1, OptionalLong.of(tally.digest()), holder)));
    }

    /** What was counted may or may not have been told by then. */
    @Test
    void whereAKeyComesDuringTheCountItIsNotSaidWhichThereAre() {
        // Given
        TestProbe<ShardingEnvelope<Command>> region = kit.createTestProbe();
        ActorRef<HolderCommand> self = kit.<HolderCommand>createTestProbe().getRef();
        Registrations registrations = new Registrations(region.getRef(), SHARDS, self);
        TestSession session = TestSession.on(keys);
        registrations.now(session.bits(), TestSession.RECORD);
        region.receiveMessage();

        // When
        Registrations.Count during = registrations.count(keys);
        registrations.end(session.bits());
        region.receiveMessage();
        registrations.census(during);

        // Then
        assertThat(region.receiveMessage().message()).isEqualTo(new Census(1, OptionalLong.empty(), self));
    }

    @Test
    void aShardThatAsksGetsItsKeysAgainAndNoOthers() {
        // Given
        ActorRef<HolderCommand> holder = start();
        TestSession session = TestSession.on(keys);
        TestSession other = sessionOfAnotherShardThan(session);
        fishFor(new Register(List.of(new Entry(other.bits(), TestSession.RECORD)), holder));

        // When
        holder.tell(new RegisterAgain(
                Integer.parseInt(shardOf(session)),
                kit.createTestProbe(Command.class).getRef()));

        // Then
        Envelope told = shards.receiveMessage();
        assertThat(((Register) told.command()).entries()).extracting(Entry::key).containsExactly(session.bits());
        shards.expectNoMessage();
    }

    @Test
    void whoeverCancelsFromAnotherNodeHearsWhenTheSessionIsDone() {
        // Given
        ActorRef<HolderCommand> holder = start();
        TestSession session = TestSession.slowOn(keys);

        // When
        holder.tell(new CancelHere(session.key(), TestSession.ORIGIN, canceller.getRef()));
        canceller.expectNoMessage();
        session.isDone();

        // Then
        canceller.expectMessage(Outcome.HANDLED);
        assertThat(session.origins()).containsExactly(TestSession.ORIGIN);
    }

    @Test
    void aSessionThatIsNeverDoneIsGivenUp() {
        // Given
        ActorRef<HolderCommand> holder = start();
        TestSession session = TestSession.slowOn(keys);
        holder.tell(new CancelHere(session.key(), TestSession.ORIGIN, canceller.getRef()));
        canceller.expectNoMessage();

        // When
        time.timePasses(LIMITS.carriedOutMax());

        // Then
        canceller.expectMessage(Outcome.HANDLED);
    }

    @Test
    void aKeyWithAnotherSecretIsNotHeld() {
        // Given
        ActorRef<HolderCommand> holder = start();
        TestSession session = TestSession.on(keys);
        CancelKey guessed = new CancelKey(session.key().processId(), ByteString.fromString("nope"));

        // When
        holder.tell(new CancelHere(guessed, TestSession.ORIGIN, canceller.getRef()));

        // Then
        canceller.expectMessage(Outcome.NOT_HELD);
        assertThat(session.origins()).isEmpty();
    }

    @Test
    void moreAtOnceThanThereMayBeAreDropped() {
        // Given
        ActorRef<HolderCommand> holder = start();
        TestSession session = TestSession.slowOn(keys);
        for (int request = 0; request < LIMITS.carryingOutMax(); request++) {
            holder.tell(new CancelHere(session.key(), TestSession.ORIGIN, canceller.getRef()));
        }

        // When
        TestProbe<Outcome> late = kit.createTestProbe(Outcome.class);
        holder.tell(new CancelHere(session.key(), TestSession.ORIGIN, late.getRef()));

        // Then
        late.expectMessage(Outcome.HANDLED);
        assertThat(session.origins()).hasSize(LIMITS.carryingOutMax());
    }

    @Test
    void whenThoseAreDoneOthersAreCarriedOut() {
        // Given
        ActorRef<HolderCommand> holder = start();
        TestSession session = TestSession.on(keys);

        // When: three times as many as there may be at once
        for (int request = 0; request < 3 * LIMITS.carryingOutMax(); request++) {
            holder.tell(new CancelHere(session.key(), TestSession.ORIGIN, canceller.getRef()));
            canceller.expectMessage(Outcome.HANDLED);
        }

        // Then
        assertThat(session.origins()).hasSize(3 * LIMITS.carryingOutMax());
    }

    private ActorRef<HolderCommand> start() {
        ActorRef<ShardingEnvelope<Command>> region = kit.spawn(Behaviors.receiveMessage(envelope -> {
            shards.getRef().tell(new Envelope(envelope.entityId(), envelope.message()));
            return Behaviors.same();
        }));
        ActorRef<KeyHolder.Message> holder = kit.spawn(KeyHolder.create(keys, region, SHARDS, LIMITS));
        // Whoever is started later is answered later: its listener is in place when this comes back.
        holder.tell(new CancelHere(
                new CancelKey(0, ByteString.fromString("none")), TestSession.ORIGIN, canceller.getRef()));
        canceller.expectMessage(Outcome.NOT_HELD);
        return holder.narrow();
    }

    private TestSession sessionOfAnotherShardThan(TestSession session) {
        TestSession other = TestSession.on(keys);
        while (shardOf(other).equals(shardOf(session))) {
            keys.forget(other.key());
            other = TestSession.on(keys);
        }
        return other;
    }

    private void fishFor(Command last) {
        shards.fishForMessage(
                PATIENCE,
                told -> told.command().equals(last) ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
    }

    private Set<Long> registered(int count) {
        Set<Long> seen = new HashSet<>();
        while (seen.size() < count) {
            ((Register) shards.receiveMessage().command()).entries().forEach(entry -> seen.add(entry.key()));
        }
        return seen;
    }

    private static String shardOf(TestSession session) {
        return Integer.toString(CancellationShard.shardOf(session.bits(), SHARDS));
    }
}
