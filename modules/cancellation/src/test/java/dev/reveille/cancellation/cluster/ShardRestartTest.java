package dev.reveille.cancellation.cluster;

import static dev.reveille.cancellation.fakes.Sessions.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import dev.reveille.cancellation.cluster.CancellationShard.Unknown;
import dev.reveille.cancellation.cluster.CancellationShard.Unsure;
import dev.reveille.cancellation.cluster.ScriptedKeyStore.Heard;
import dev.reveille.cancellation.queue.QueueSettings;
import dev.reveille.cancellation.store.KeyStore.StoreLink;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fault in a shard: it is restarted with what it knows, and nobody is left waiting. */
class ShardRestartTest {

    private ShardHouse house = ShardHouse.settled();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void whoeverWaitsIsToldAtOnce() {
        // Given
        house.asks(7);
        house.store.hears();
        house.isQuiet();

        // When
        fault();

        // Then
        assertThat(house.answer()).isInstanceOf(Unsure.class);
    }

    @Test
    void theOneWhoseQuestionCausedItIsToldToo() {
        // When
        house.clockBreaks();
        house.asks(7);

        // Then
        assertThat(house.answer()).isInstanceOf(Unsure.class);
        house.caller.expectNoMessage();
    }

    @Test
    void itsKeysAreStillFound() {
        // Given
        TestProbe<HolderCommand> node = house.node();
        house.registers(node, 1);
        house.store.hears().works();
        house.isQuiet();

        // When
        fault();
        house.asks(1);

        // Then
        assertThat(house.answer()).isEqualTo(new Held(node.getRef()));
    }

    @Test
    void aNodeThatGoesAwayLaterIsNoticedAllTheSame() {
        // Given
        TestProbe<HolderCommand> node = house.node();
        house.registers(node, 1);
        house.store.hears().works();
        house.isQuiet();
        fault();
        house.isQuiet();

        // When
        house.stops(node);
        house.asks(1);

        // Then
        assertThat(house.store.hears().commands()).containsExactly(new StoreCommand.Fetch(1));
    }

    @Test
    void whatWasToBeStoredIsQueuedAgainAndWhatIsStoredIsNot() {
        // Given
        house.registers(house.node(), 1);
        house.store.hears().works();
        house.registers(house.node(), 2);
        Heard lost = house.store.hears();
        house.isQuiet();

        // When
        fault();

        // Then
        assertThat(house.store.hears().commands())
                .containsExactly(new StoreCommand.Put(2, session(2), Duration.ofSeconds(90)));
        lost.works();
        house.isQuiet();
        assertThat(house.store.isSilent()).isTrue();
    }

    @Test
    void aReplyToAQuestionFromBeforeAnswersNoneFromAfter() {
        // Given
        house.asks(7);
        Heard before = house.store.hears();
        house.isQuiet();
        fault();
        assertThat(house.answer()).isInstanceOf(Unsure.class);
        house.asks(house.anotherCaller(), 9);
        house.store.hears().works();
        TestProbe<Answer> later = house.anotherCaller();
        house.asks(later, 8); // In the same place of the new queue as the other was in the old one.
        Heard after = house.store.hears();

        // When
        before.answer(new StoreReply.Found(session(7)));
        house.isQuiet();
        after.works();

        // Then
        assertThat(later.receiveMessage()).isEqualTo(new Unknown());
    }

    @Test
    void itRemembersThatTheLinkIsDownAndHearsWhenItIsUp() {
        // Given
        house.store.link(StoreLink.DOWN);
        fault();
        house.registers(house.node(), 1);
        house.isQuiet();
        assertThat(house.store.isSilent()).isTrue();

        // When
        house.store.link(StoreLink.UP);

        // Then
        assertThat(house.store.hears().commands())
                .contains(new StoreCommand.Put(1, session(1), Duration.ofSeconds(90)));
        assertThat(house.store.listeners()).isEqualTo(1);
    }

    @Test
    void whatIsDueIsStillDoneInTime() {
        // Given
        house.registers(house.node(), 1);
        house.store.hears().works();
        house.isQuiet();
        fault();
        house.isQuiet();

        // When
        house.timePasses(Duration.ofSeconds(60));

        // Then
        assertThat(house.store.hears().commands()).contains(new StoreCommand.Extend(1, Duration.ofSeconds(630)));
    }

    @Test
    void aShardThatFailsAgainAndAgainStopsAndStillTellsWhoeverWaits() {
        // Given
        house.close();
        house = ShardHouse.settled(ShardHouse.limits(100, 1, QueueSettings.DEFAULTS));
        fault();
        house.asks(7);
        house.store.hears();

        // When
        fault();

        // Then
        assertThat(house.answer()).isInstanceOf(Unsure.class);
        house.caller.expectTerminated(house.shard, Duration.ofSeconds(5));
        assertThat(house.store.listeners()).isZero();
    }

    private void fault() {
        house.clockBreaks();
        house.ends(house.node(), 999);
    }
}
