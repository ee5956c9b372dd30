package dev.reveille.cancellation.cluster;

import static dev.reveille.cancellation.cluster.ShardHouse.PATIENCE;
import static dev.reveille.cancellation.fakes.Sessions.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import dev.reveille.cancellation.cluster.CancellationShard.Stored;
import dev.reveille.cancellation.cluster.CancellationShard.Unknown;
import dev.reveille.cancellation.cluster.CancellationShard.Unsure;
import dev.reveille.cancellation.cluster.ScriptedKeyStore.Heard;
import dev.reveille.cancellation.queue.QueueSettings;
import dev.reveille.cancellation.store.KeyStore.StoreLink;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a shard answers to those who look for a session, and what it has the store told meanwhile. */
class CancellationShardTest {

    private ShardHouse house = ShardHouse.settled();

    @AfterEach
    void close() {
        house.close();
    }

    // ---- who holds it ----

    @Test
    void aKeyIsFoundFromTheInstantItIsRegisteredWhateverTheStoreDoes() {
        // Given
        house.store.link(StoreLink.DOWN);
        TestProbe<HolderCommand> node = house.node();

        // When
        house.registers(node, 1);
        house.asks(1);

        // Then
        assertThat(house.answer()).isEqualTo(new Held(node.getRef()));
    }

    @Test
    void aRegisteredKeyIsStoredAndAShortSessionCostsNothingMore() {
        // Given
        TestProbe<HolderCommand> node = house.node();
        house.registers(node, 1);

        // When
        Heard batch = house.store.hears();
        batch.works();
        house.ends(node, 1);
        house.isQuiet();

        // Then
        assertThat(batch.commands()).containsExactly(new StoreCommand.Put(1, session(1), Duration.ofSeconds(90)));
        assertThat(house.store.isSilent()).isTrue();
    }

    @Test
    void nothingIsEverWrittenDownOfASessionWhoseBackendMayServeAnother() {
        // Given
        TestProbe<HolderCommand> node = house.node();

        // When: it begins, lasts and ends, beside one that has its backend to itself
        house.registersOneThatShares(node, 1);
        house.registers(node, 2);
        Heard batch = house.store.hears();
        batch.works();
        house.asks(1);
        Answer meanwhile = house.answer();
        house.isQuiet();
        house.timePasses(Duration.ofSeconds(60));
        Heard extended = house.store.hears();
        extended.works();
        house.ends(node, 1);
        house.isQuiet();

        // Then
        assertThat(meanwhile).isEqualTo(new Held(node.getRef()));
        assertThat(batch.commands()).containsExactly(new StoreCommand.Put(2, session(2), Duration.ofSeconds(90)));
        assertThat(extended.commands())
                .contains(new StoreCommand.Extend(2, Duration.ofSeconds(630)))
                .noneMatch(new StoreCommand.Extend(1, Duration.ofSeconds(630))::equals);
        assertThat(house.store.isSilent()).isTrue();
    }

    @Test
    void aLongSessionIsExtendedAfterAMinute() {
        // Given
        house.registers(house.node(), 1);
        house.store.hears().works();
        house.isQuiet();

        // When
        house.timePasses(Duration.ofSeconds(60));

        // Then
        assertThat(house.store.hears().commands()).contains(new StoreCommand.Extend(1, Duration.ofSeconds(630)));
    }

    @Test
    void aSessionThatIsOverIsLookedForInTheStore() {
        // Given
        TestProbe<HolderCommand> node = house.node();
        house.registers(node, 1);
        house.store.hears().works();
        house.ends(node, 1);

        // When
        house.asks(1);

        // Then
        assertThat(house.store.hears().commands()).containsExactly(new StoreCommand.Fetch(1));
    }

    @Test
    void whatOnlyTheStoreKnowsIsHandedOver() {
        // When
        house.asks(7);
        house.store.hears().answer(new StoreReply.Found(session(7)));

        // Then
        assertThat(house.answer()).isEqualTo(new Stored(session(7)));
    }

    @Test
    void whatNobodyKnowsIsUnknown() {
        // When
        house.asks(7);
        house.store.hears().works();

        // Then
        assertThat(house.answer()).isEqualTo(new Unknown());
    }

    @Test
    void aSessionThatRegistersWhileTheStoreIsAskedIsFound() {
        // Given
        TestProbe<HolderCommand> node = house.node();
        house.asks(7);
        Heard lookUp = house.store.hears();

        // When
        house.registers(node, 7);
        house.isQuiet();
        lookUp.works();

        // Then
        assertThat(house.answer()).isEqualTo(new Held(node.getRef()));
    }

    @Test
    void aSessionThatChangesItsNodeIsFoundAtTheNewOne() {
        // Given
        TestProbe<HolderCommand> before = house.node();
        TestProbe<HolderCommand> after = house.node();
        house.registers(before, 1);
        house.registers(after, 1);
        house.isQuiet();

        // When
        before.stop();
        house.asks(1);

        // Then
        assertThat(house.answer()).isEqualTo(new Held(after.getRef()));
        assertThat(house.store.hears().commands()).extracting(StoreCommand::key).containsExactly(1L);
    }

    // ---- bad news ----

    @Test
    void whenTheStoreIsAwayNobodyCanTell() {
        // Given
        house.store.link(StoreLink.DOWN);

        // When
        house.asks(7);

        // Then
        assertThat(house.answer()).isInstanceOf(Unsure.class);
    }

    @Test
    void aReplyThatCannotBeReadIsNoBetterThanNone() {
        // When
        house.asks(7);
        house.store.hears().answer(new StoreReply.Failed("wrong type", false));

        // Then
        assertThat(house.answer()).isEqualTo(new Unsure("wrong type"));
    }

    @Test
    void aStoreThatBreaksItsPromiseHarmsOnlyThatBatch() {
        // Given
        house.asks(7);
        house.store.hears().reply().completeExceptionally(new IllegalStateException("it should not"));
        assertThat(house.answer()).isInstanceOf(Unsure.class);

        // When
        house.asks(8);
        house.store.hears().works();

        // Then
        assertThat(house.answer()).isEqualTo(new Unknown());
    }

    @Test
    void aStoreThatThrowsHarmsOnlyThatBatch() {
        // Given
        TestProbe<Answer> other = house.anotherCaller();
        house.asks(other, 8);
        Heard underWay = house.store.hears();

        // When
        house.store.throwsNext();
        house.asks(7);

        // Then
        assertThat(house.answer()).isInstanceOf(Unsure.class);
        underWay.works();
        assertThat(other.receiveMessage()).isEqualTo(new Unknown());
    }

    @Test
    void aSilentStoreKeepsNobodyWaitingForLongerThanItIsPatient() {
        // Given
        house.asks(7);
        house.store.hears();

        // When
        house.timePasses(PATIENCE);

        // Then
        assertThat(house.answer()).isInstanceOf(Unsure.class);
    }

    @Test
    void theOthersAreServedWhileABatchHangs() {
        // Given
        house.asks(7);
        house.store.hears();
        TestProbe<Answer> other = house.anotherCaller();

        // When
        house.asks(other, 8);
        house.store.hears().works();

        // Then
        assertThat(other.receiveMessage()).isEqualTo(new Unknown());
    }

    @Test
    void aBatchThatNeverComesBackDoesNotHoldItsSlotForEver() {
        // Given
        startAgainWith(ShardHouse.settled(ShardHouse.oneBatchInFlight()));
        house.registers(house.node(), 1);
        house.store.hears();
        house.registers(house.node(), 2);
        house.isQuiet();

        // When
        house.timePasses(QueueSettings.DEFAULTS.batchTimeMax());
        house.timePasses(QueueSettings.DEFAULTS.pauseMin());

        // Then
        assertThat(house.store.hears().commands()).extracting(StoreCommand::key).containsExactlyInAnyOrder(2L, 1L);
    }

    // ---- callers come and go ----

    @Test
    void nothingIsAskedForACallerThatIsGone() {
        // Given
        startAgainWith(ShardHouse.settled(ShardHouse.oneBatchInFlight()));
        TestProbe<Answer> leaves = house.anotherCaller();
        TestProbe<Answer> stays = house.anotherCaller();
        house.asks(6);
        Heard ahead = house.store.hears();
        house.asks(leaves, 7);
        house.asks(stays, 8);
        house.isQuiet();

        // When
        house.stops(leaves);
        house.isQuiet();
        ahead.works();

        // Then
        Heard next = house.store.hears();
        assertThat(next.commands()).containsExactly(new StoreCommand.Fetch(8));
        next.works();
        assertThat(stays.receiveMessage()).isEqualTo(new Unknown());
    }

    @Test
    void aCallerThatAskedTwiceAndHasOneAnswerIsStillMissed() {
        // Given
        startAgainWith(ShardHouse.settled(ShardHouse.oneBatchInFlight()));
        TestProbe<HolderCommand> node = house.node();
        house.registers(node, 1);
        Heard ahead = house.store.hears();
        TestProbe<Answer> asksTwice = house.anotherCaller();
        house.asks(asksTwice, 7);
        house.asks(asksTwice, 1);
        assertThat(asksTwice.receiveMessage()).isEqualTo(new Held(node.getRef()));

        // When
        house.stops(asksTwice);
        house.isQuiet();
        ahead.works();
        house.isQuiet();

        // Then
        assertThat(house.store.isSilent()).isTrue();
    }

    @Test
    void manyWhoAskForOneKeyCauseOneLookUpAndAllAreAnswered() {
        // Given
        List<TestProbe<Answer>> callers =
                IntStream.range(0, 5).mapToObj(_ -> house.anotherCaller()).toList();
        callers.forEach(each -> house.asks(each, 7));
        house.isQuiet();

        // When
        house.store.hears().answer(new StoreReply.Found(session(7)));

        // Then
        callers.forEach(each -> assertThat(each.receiveMessage()).isEqualTo(new Stored(session(7))));
        assertThat(house.store.isSilent()).isTrue();
    }

    @Test
    void whenTheShardStopsWhoeverWaitsIsToldAtOnce() {
        // Given
        startAgainWith(ShardHouse.settled(ShardHouse.oneBatchInFlight()));
        TestProbe<Answer> queued = house.anotherCaller();
        house.asks(7);
        house.store.hears();
        house.asks(queued, 8);
        house.isQuiet();

        // When
        house.stops();

        // Then
        assertThat(house.answer()).isInstanceOf(Unsure.class);
        assertThat(queued.receiveMessage()).isInstanceOf(Unsure.class);
        assertThat(house.store.listeners()).isZero();
    }

    private void startAgainWith(ShardHouse other) {
        house.close();
        house = other;
    }
}
