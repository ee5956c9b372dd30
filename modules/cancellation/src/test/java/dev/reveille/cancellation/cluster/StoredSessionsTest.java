package dev.reveille.cancellation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.cluster.CancellationShard.Stored;
import dev.reveille.cancellation.cluster.CancellationShard.Unsure;
import dev.reveille.cancellation.cluster.HolderCommand.CancelHere;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import dev.reveille.cancellation.store.StoreCommand;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** When a cancel request is carried out by what is stored: only where no node can have the session. */
class StoredSessionsTest {

    private static final ActorTestKit KIT = ActorTestKit.create();

    private final DeskHouse house = new DeskHouse(KIT);

    @AfterAll
    static void close() {
        KIT.shutdownTestKit();
    }

    @Test
    void whatIsStoredIsCarriedOutHereWhenNoNodeHasTheSession() throws InterruptedException {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        CancelHere last = house.second.expectMessageClass(CancelHere.class);

        // Then: not before all have answered
        assertThat(house.delivered).isEmpty();
        last.replyTo().tell(Outcome.NOT_HELD);
        DeskHouse.done(request);
        assertThat(house.delivered.poll(1, TimeUnit.SECONDS)).isEqualTo(TestSession.RECORD.target());
    }

    @Test
    void aSessionThatIsThereAfterAllDecidesItself() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        house.second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);

        // Then
        DeskHouse.done(request);
        assertThat(house.delivered).isEmpty();
    }

    @Test
    void whoMayNotComeInMayNotCancelWhatIsStored() {
        // Given
        house.allowed = false;
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        house.second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);

        // Then
        DeskHouse.done(request);
        assertThat(house.delivered).isEmpty();
    }

    @Test
    void whereAShardIsUnsureTheNodesAreAskedAndThenTheStore() {
        // Given
        house.store.execute(List.of(new StoreCommand.Put(DeskHouse.BITS, TestSession.RECORD, Duration.ofSeconds(90))));
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Unsure("just started"));
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        house.second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);

        // Then
        DeskHouse.done(request);
        assertThat(house.delivered).containsExactly(TestSession.RECORD.target());
    }

    @Test
    void aNodeThatIsSilentBecauseItIsAtWorkIsWaitedForAndNobodyElseCancels() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.IMPATIENT);
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
        CancelHere atWork = house.second.expectMessageClass(CancelHere.class);

        // When
        house.shard.expectNoMessage(DeskHouse.MOMENT); // Longer than a silent node is given.

        // Then
        assertThat(request.toCompletableFuture()).isNotDone();
        assertThat(house.delivered).isEmpty();
        atWork.replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
        assertThat(house.delivered).isEmpty();
    }

    @Test
    void aNodeThatIsSilentBecauseItIsLostIsNotWaitedFor() {
        // Given
        house.lost.add(house.second.getRef());
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.IMPATIENT);

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Stored(TestSession.RECORD));
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);

        // Then
        DeskHouse.done(request);
        assertThat(house.delivered).containsExactly(TestSession.RECORD.target());
    }

    @Test
    void aNodeThatIsNoMemberAsksTheStore() {
        // Given
        house.store.execute(List.of(new StoreCommand.Put(DeskHouse.BITS, TestSession.RECORD, Duration.ofSeconds(90))));
        ClusterCancelDesk desk = house.desk(Optional.of(house.store), DeskHouse.HASTY);
        desk.joined(house.routes);
        desk.parted();

        // When
        DeskHouse.done(desk.cancel(DeskHouse.KEY, TestSession.ORIGIN));

        // Then
        assertThat(house.delivered).containsExactly(TestSession.RECORD.target());
        house.shard.expectNoMessage(Duration.ZERO);
    }
}
