package dev.reveille.cancellation.cluster;

import static dev.reveille.cancellation.cluster.ShardHouse.SHARD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancellationSettings;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import dev.reveille.cancellation.cluster.CancellationShard.Unknown;
import dev.reveille.cancellation.cluster.CancellationShard.Unsure;
import dev.reveille.cancellation.queue.QueueSettings;
import dev.reveille.cancellation.store.StoreCommand;
import java.time.Duration;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A shard loses what it knows when it moves, and messages are lost meanwhile: the nodes tell it, and tell it again. */
class NodesTellTest {

    private ShardHouse house = ShardHouse.withoutAStore();
    private final TestProbe<HolderCommand> node = house.node();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aShardThatHasJustStartedIsNotSureOfWhatItDoesNotKnow() {
        // When
        house.asks(1);

        // Then
        assertThat(house.answer()).isInstanceOf(Unsure.class);
    }

    /** Or a session that lives would be cancelled behind its node's back. */
    @Test
    void aShardThatHasJustStartedDoesNotBelieveTheStoreEither() {
        // Given
        ShardHouse young = ShardHouse.justStarted();

        // When
        young.asks(1);

        // Then
        assertThat(young.answer()).isInstanceOf(Unsure.class);
        assertThat(young.store.isSilent()).isTrue();
        young.close();
    }

    @Test
    void aShardThatHasJustStartedIsSureOfWhatItIsTold() {
        // When
        house.registers(node, 1);
        house.asks(1);

        // Then
        assertThat(house.answer()).isEqualTo(new Held(node.getRef()));
    }

    @Test
    void afterAWhileWhatItDoesNotKnowIsUnknown() {
        // Given
        house.settles();

        // When
        house.asks(1);

        // Then
        assertThat(house.answer()).isEqualTo(new Unknown());
    }

    @Test
    void aShardThatHasJustStartedAsksANodeThatCountsOtherwiseAtOnce() {
        // When
        house.counts(node, 3);

        // Then
        node.expectMessage(new HolderCommand.RegisterAgain(SHARD, house.shard));
    }

    @Test
    void aNodeThatCountsTheSameIsLeftInPeace() {
        // Given
        house.settles();
        house.registers(node, 1, 2, 3);

        // When
        house.counts(node, 3);
        house.ends(node, 3);
        house.counts(node, 2);
        house.isQuiet();

        // Then
        node.expectNoMessage();
    }

    @Test
    void aKeyThatIsToldTwiceIsCountedOnce() {
        // Given
        house.settles();
        house.registers(node, 1, 2);
        house.registers(node, 2, 1);

        // When
        house.counts(node, 2);
        house.counts(node, 2);
        house.isQuiet();

        // Then
        node.expectNoMessage();
    }

    @Test
    void oneDifferenceMayBeMessagesUnderWayTwoAreNot() {
        // Given
        house.settles();
        house.registers(node, 1);

        // When
        house.counts(node, 2);
        house.isQuiet();
        node.expectNoMessage();
        house.counts(node, 2);

        // Then
        node.expectMessage(new HolderCommand.RegisterAgain(SHARD, house.shard));
    }

    @Test
    void aDifferenceThatMendsItselfIsForgotten() {
        // Given
        house.settles();
        house.registers(node, 1);
        house.counts(node, 2);
        house.registers(node, 2);
        house.counts(node, 2);

        // When
        house.counts(node, 3);
        house.isQuiet();

        // Then
        node.expectNoMessage();
    }

    /** A beginning and an end were lost together, so that the number is right. */
    @Test
    void aNodeThatHasAsManyKeysButOthersIsAskedForThem() {
        // Given
        house.settles();
        house.registers(node, 1, 2);

        // When
        house.has(node, 1, 3);
        house.isQuiet();
        node.expectNoMessage();
        house.has(node, 1, 3);

        // Then
        node.expectMessage(new HolderCommand.RegisterAgain(SHARD, house.shard));
        house.asks(2);
        house.registers(node, 1, 3);
        house.has(node, 1, 3);
        assertThat(house.answer()).isEqualTo(new Held(node.getRef()));
        house.asks(2);
        assertThat(house.answer()).isEqualTo(new Unknown());
        house.asks(3);
        assertThat(house.answer()).isEqualTo(new Held(node.getRef()));
    }

    @Test
    void aCountThatIsRightDoesNotHideThatOthersAreMeant() {
        // Given
        house.settles();
        house.registers(node, 1, 2);

        // When: whatever comes and goes between
        house.has(node, 1, 3);
        house.counts(node, 2);
        house.has(node, 1, 3);

        // Then
        node.expectMessage(new HolderCommand.RegisterAgain(SHARD, house.shard));
    }

    @Test
    void theSameKeysInAnotherOrderAreTheSame() {
        // Given
        house.settles();
        house.registers(node, 3, 1);
        house.registers(node, 2, 7);
        house.ends(node, 7);

        // When
        house.has(node, 1, 2, 3);
        house.has(node, 1, 2, 3);
        house.isQuiet();

        // Then
        node.expectNoMessage();
    }

    @Test
    void whatANodeDoesNotHoldItCannotEnd() {
        // Given
        TestProbe<HolderCommand> other = house.node();
        house.settles();
        house.registers(node, 1);

        // When
        house.ends(other, 1);
        house.asks(1);

        // Then
        assertThat(house.answer()).isEqualTo(new Held(node.getRef()));
    }

    /** A node's next incarnation has the same sessions; what its last one said of them comes late. */
    @Test
    void whoHadAKeyBeforeCannotEndItForWhoHasItNow() {
        // Given
        TestProbe<HolderCommand> next = house.node();
        house.settles();
        house.registers(node, 1);
        house.registers(next, 1);

        // When
        house.ends(node, 1);
        house.asks(1);

        // Then
        assertThat(house.answer()).isEqualTo(new Held(next.getRef()));
        house.ends(next, 1);
        house.asks(1);
        assertThat(house.answer()).isEqualTo(new Unknown());
    }

    @Test
    void aNodeIsNotAskedAgainWhileItMayBeTelling() {
        // Given
        house.counts(node, 3);
        node.expectMessageClass(HolderCommand.RegisterAgain.class);

        // When
        house.counts(node, 3);
        house.isQuiet();

        // Then
        node.expectNoMessage();
        house.timePasses(CancellationSettings.DEFAULTS.registerAgainPause());
        house.counts(node, 3);
        node.expectMessageClass(HolderCommand.RegisterAgain.class);
    }

    @Test
    void aShardThatMissesSomethingIsNotSureAndIsSureAgainWhenItHasIt() {
        // Given
        house.settles();
        house.counts(node, 1);
        house.counts(node, 1);
        house.asks(2);
        assertThat(house.answer()).isInstanceOf(Unsure.class);

        // When
        house.registers(node, 1);
        house.counts(node, 1);
        house.asks(2);

        // Then
        assertThat(house.answer()).isEqualTo(new Unknown());
    }

    /** Its end was said while nobody listened. */
    @Test
    void whatANodeDoesNotTellAgainIsOver() {
        // Given
        house.settles();
        house.registers(node, 1, 2, 3);
        house.counts(node, 2);
        house.counts(node, 2);
        node.expectMessageClass(HolderCommand.RegisterAgain.class);

        // When
        house.registers(node, 1, 3);
        house.counts(node, 2);
        house.asks(2);

        // Then
        assertThat(house.answer()).isEqualTo(new Unknown());
        house.asks(3);
        assertThat(house.answer()).isEqualTo(new Held(node.getRef()));
    }

    @Test
    void whatHasNotBeenToldAgainYetIsNotOver() {
        // Given
        house.settles();
        house.registers(node, 1, 2, 3);
        house.counts(node, 2);
        house.counts(node, 2);

        // When
        house.registers(node, 3);
        house.counts(node, 2);
        house.asks(1);

        // Then
        assertThat(house.answer()).isEqualTo(new Held(node.getRef()));
    }

    @Test
    void theSessionsOfANodeThatIsGoneAreGone() {
        // Given
        TestProbe<HolderCommand> other = house.node();
        house.settles();
        house.registers(node, 1);
        house.registers(other, 2);
        house.isQuiet();

        // When
        house.stops(node);
        house.isQuiet();
        house.asks(1);

        // Then
        assertThat(house.answer()).isEqualTo(new Unknown());
        house.asks(2);
        assertThat(house.answer()).isEqualTo(new Held(other.getRef()));
    }

    @Test
    void theKeysOfANodeThatIsGoneStayInTheStore() {
        // Given
        ShardHouse stored = ShardHouse.settled();
        TestProbe<HolderCommand> gone = stored.node();
        stored.registers(gone, 1);
        stored.store.hears().works();
        stored.timePasses(Duration.ofSeconds(60));
        stored.store.hears().works(); // Extended: long enough for a removal to be worth its while.
        stored.isQuiet();

        // When
        stored.stops(gone);
        stored.asks(1);

        // Then
        assertThat(stored.store.hears().commands()).containsExactly(new StoreCommand.Fetch(1));
        assertThat(stored.store.isSilent()).isTrue();
        stored.close();
    }

    @Test
    void aFullShardTakesNoMoreAndSaysThatItIsNotSure() {
        // Given
        ShardHouse small = ShardHouse.settled(ShardHouse.limits(3, 10, QueueSettings.DEFAULTS));
        TestProbe<HolderCommand> crowd = small.node();
        small.registers(crowd, LongStream.rangeClosed(1, 4).toArray());
        small.store.hears().works();

        // When
        small.counts(crowd, 4);
        small.counts(crowd, 4);
        small.asks(4);

        // Then
        assertThat(small.answer()).isInstanceOf(Unsure.class);
        crowd.expectNoMessage();
        small.close();
    }

    @Test
    void whenThereIsRoomAgainTheNodeIsAsked() {
        // Given
        ShardHouse small = ShardHouse.settled(ShardHouse.limits(3, 10, QueueSettings.DEFAULTS));
        TestProbe<HolderCommand> crowd = small.node();
        small.registers(crowd, 1, 2, 3);
        small.counts(crowd, 3);
        small.counts(crowd, 3);

        // When
        small.ends(crowd, 1);
        small.ends(crowd, 2);
        small.counts(crowd, 1);
        small.counts(crowd, 1);

        // Then
        crowd.expectMessageClass(HolderCommand.RegisterAgain.class);
        small.close();
    }
}
