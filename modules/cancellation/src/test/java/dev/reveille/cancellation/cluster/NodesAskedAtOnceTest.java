package dev.reveille.cancellation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import dev.reveille.cancellation.cluster.CancellationShard.Stored;
import dev.reveille.cancellation.cluster.CancellationShard.Unknown;
import dev.reveille.cancellation.cluster.HolderCommand.CancelHere;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Where nodes are few, a key of 8 bytes saves the way to its shard; shard and nodes are played by the test. */
class NodesAskedAtOnceTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration LATE = DeskHouse.LIMITS.shardAfter();
    private static final Duration SOON = Duration.ofMillis(1);

    private final DeskHouse house = new DeskHouse(KIT);

    @AfterAll
    static void close() {
        KIT.shutdownTestKit();
    }

    @Test
    void ofFewNodesEachIsAskedAndTheShardIsNot() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.atOnce(2, LATE));

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        CancelHere asked = house.second.expectMessageClass(CancelHere.class);

        // Then
        assertThat(asked.key()).isEqualTo(DeskHouse.KEY);
        assertThat(asked.origin()).isEqualTo(TestSession.ORIGIN);
        assertThat(request.toCompletableFuture()).isNotDone();
        asked.replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
        house.shard.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whoHasTheSessionIsNotKeptWaitingByOneWhoIsSilent() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.atOnce(2, LATE));

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.first.expectMessageClass(CancelHere.class);
        house.second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);

        // Then
        DeskHouse.done(request);
    }

    @Test
    void whenNoNodeHasTheSessionTheShardIsAskedAndNodesAreNotAskedAgain() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.atOnce(2, LATE));

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        house.second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        house.shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));

        // Then
        DeskHouse.done(request);
        assertThat(house.delivered).containsExactly(TestSession.RECORD.target());
        house.first.expectNoMessage(Duration.ZERO);
        house.second.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whereNodesAreSilentTheShardIsAskedToo() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.atOnce(1, SOON));
        house.newcomers.add(house.second.getRef());

        // When: the one that has the session was not among those that were asked
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        CancelHere silent = house.first.expectMessageClass(CancelHere.class);
        house.shard.receiveMessage().replyTo().tell(new Held(house.second.getRef()));
        house.second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);

        // Then
        silent.replyTo().tell(Outcome.NOT_HELD);
        DeskHouse.done(request);
    }

    @Test
    void whomTheShardNamesIsNotAskedTwice() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.atOnce(2, SOON));

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        CancelHere atWork = house.second.expectMessageClass(CancelHere.class);
        house.shard.receiveMessage().replyTo().tell(new Held(house.second.getRef()));

        // Then
        house.second.expectNoMessage(DeskHouse.MOMENT);
        assertThat(request.toCompletableFuture()).isNotDone();
        atWork.replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
    }

    @Test
    void whoIsAtWorkIsWaitedForWhateverTheShardSays() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.atOnce(2, SOON));

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        CancelHere atWork = house.second.expectMessageClass(CancelHere.class);
        house.shard.receiveMessage().replyTo().tell(new Unknown());
        house.shard.receiveMessage().replyTo().tell(new Unknown());
        house.shard.expectNoMessage(DeskHouse.MOMENT);

        // Then
        assertThat(request.toCompletableFuture()).isNotDone();
        atWork.replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
    }

    @Test
    void ofManyNodesNoneIsAskedBeforeTheShard() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.atOnce(1, LATE));

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Held(house.second.getRef()));
        house.second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);

        // Then
        DeskHouse.done(request);
        house.first.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whileManyRequestsAreUnderWayEachCostsAMessageToItsShardAndNoMore() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.atOnce(2, LATE));
        for (int number = 0; number < DeskHouse.LIMITS.quietMax(); number++) {
            desk.cancel(new CancelKey(number, DeskHouse.KEY.secret()), TestSession.ORIGIN);
            house.first.receiveMessage();
            house.second.receiveMessage();
        }

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Unknown());
        house.shard.receiveMessage().replyTo().tell(new Unknown());

        // Then
        DeskHouse.done(request);
        house.first.expectNoMessage(Duration.ZERO);
        house.second.expectNoMessage(Duration.ZERO);
    }

    @Test
    void aNodeThatHasJustComeIsAskedAfterTheShard() {
        // Given: it may not be listening yet
        house.newcomers.add(house.second.getRef());
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.atOnce(2, LATE));

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        house.shard.receiveMessage().replyTo().tell(new Unknown());
        house.second.expectNoMessage(Duration.ZERO);
        house.shard.receiveMessage().replyTo().tell(new Unknown());

        // Then
        house.second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
    }

    @Test
    void aNodeThatCannotBeReachedIsNotWaitedForWhereAnotherHasTheSession() {
        // Given
        house.lost.add(house.second.getRef());
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.atOnce(2, LATE));

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);

        // Then
        DeskHouse.done(request);
        house.second.expectNoMessage(Duration.ZERO);
    }
}
