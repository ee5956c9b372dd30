package dev.reveille.cancellation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import dev.reveille.cancellation.cluster.CancellationShard.LookUp;
import dev.reveille.cancellation.cluster.CancellationShard.Unknown;
import dev.reveille.cancellation.cluster.HolderCommand.CancelHere;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Which way a cancel request goes; shards and the key holders of two other nodes are played by the test. */
class ClusterCancelDeskTest {

    private static final ActorTestKit KIT = ActorTestKit.create();

    private final DeskHouse house = new DeskHouse(KIT);

    @AfterAll
    static void close() {
        KIT.shutdownTestKit();
    }

    @Test
    void aSessionHereIsAskedWithoutAnybodyElse() {
        // Given
        TestSession session = TestSession.on(house.keys);

        // When: no way leads anywhere
        DeskHouse.done(house.desk(Optional.empty(), DeskHouse.LIMITS).cancel(session.key(), TestSession.ORIGIN));

        // Then
        assertThat(session.origins()).containsExactly(TestSession.ORIGIN);
    }

    @Test
    void theNodeThatTheShardNamesIsAskedAndWaitedFor() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.LIMITS);

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        LookUp lookUp = house.shard.receiveMessage();
        lookUp.replyTo().tell(new Held(house.second.getRef()));
        CancelHere asked = house.second.expectMessageClass(CancelHere.class);

        // Then
        assertThat(lookUp.key()).isEqualTo(DeskHouse.BITS);
        assertThat(asked.key()).isEqualTo(DeskHouse.KEY);
        assertThat(asked.origin()).isEqualTo(TestSession.ORIGIN);
        assertThat(request.toCompletableFuture()).isNotDone();
        asked.replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
        house.first.expectNoMessage(Duration.ZERO);
    }

    @Test
    void anUnknownKeyIsAskedForOnceMore() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.LIMITS);

        // When: the registration was on its way
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Unknown());
        house.shard.receiveMessage().replyTo().tell(new Held(house.first.getRef()));

        // Then
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
    }

    @Test
    void aKeyThatStaysUnknownCostsTwoLookUpsAndNothingElse() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.LIMITS);

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
    void aKeyThatNoShardKnowsIsLookedForAtNodesThatHaveJustCome() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.LIMITS);
        house.newcomers.add(house.second.getRef());

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Unknown());
        house.shard.receiveMessage().replyTo().tell(new Unknown());

        // Then
        CancelHere asked = house.second.expectMessageClass(CancelHere.class);
        assertThat(request.toCompletableFuture()).isNotDone();
        asked.replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
        house.first.expectNoMessage(Duration.ZERO);
    }

    @Test
    void aKeyOfNothingButZeroesIsMetWithSilenceAtANodeAlone() {
        // Given
        TestSession session = TestSession.on(house.keys);
        ClusterCancelDesk desk = house.desk(Optional.empty(), DeskHouse.LIMITS);
        desk.joined(CancellationCluster.ofNodeAlone(KIT.system(), 64));

        // When
        CompletionStage<Done> request =
                desk.cancel(new CancelKey(0, ByteString.fromArray(new byte[Integer.BYTES])), TestSession.ORIGIN);

        // Then
        assertThat(request.toCompletableFuture()).isDone();
        assertThat(session.origins()).isEmpty();
        assertThat(house.delivered).isEmpty();
    }

    @Test
    void aSealedKeyGoesStraightToTheNodeItNames() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.LIMITS);
        CancelKey sealed = house.sealedKeyOf("second:1");

        // When
        CompletionStage<Done> request = desk.cancel(sealed, TestSession.ORIGIN);

        // Then
        CancelHere asked = house.second.expectMessageClass(CancelHere.class);
        assertThat(asked.key()).isEqualTo(sealed);
        asked.replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
        house.shard.expectNoMessage(Duration.ZERO);
    }

    @Test
    void aSealedKeyOfANodeThatIsNoMemberIsDropped() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.LIMITS);

        // When
        DeskHouse.done(desk.cancel(house.sealedKeyOf("gone:1"), TestSession.ORIGIN));

        // Then
        house.first.expectNoMessage(Duration.ZERO);
        house.second.expectNoMessage(Duration.ZERO);
    }

    @Test
    void aForgedKeyIsDroppedBeforeAnythingIsLookedUp() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.LIMITS);
        CancelKey sealed = house.sealedKeyOf("second:1");
        byte[] bytes = sealed.secret().toArray();
        bytes[bytes.length - 1] ^= 1;

        // When
        CompletionStage<Done> request =
                desk.cancel(new CancelKey(sealed.processId(), ByteString.fromArray(bytes)), TestSession.ORIGIN);

        // Then
        assertThat(request.toCompletableFuture()).isDone();
        house.shard.expectNoMessage(Duration.ZERO);
        house.second.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whoShowsAKeyThatIsBeingLookedUpWaitsForTheSameAnswerAndIsCarriedOutByItself() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.LIMITS);
        CompletionStage<Done> one = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        LookUp lookUp = house.shard.receiveMessage();

        // When
        CompletionStage<Done> other = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.expectNoMessage(DeskHouse.MOMENT);
        lookUp.replyTo().tell(new Held(house.first.getRef()));

        // Then
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(one);
        DeskHouse.done(other);
    }

    @Test
    void aRequestWaitsWhileTheNodeIsJoining() {
        // Given
        ClusterCancelDesk desk = house.desk(Optional.empty(), DeskHouse.LIMITS);
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.expectNoMessage(DeskHouse.MOMENT);

        // When
        desk.joined(house.routes);

        // Then
        house.shard.receiveMessage().replyTo().tell(new Held(house.first.getRef()));
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
    }

    @Test
    void nobodyIsKeptWaitingByASilentCluster() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.of(house.store), DeskHouse.HASTY);

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);

        // Then: neither shard nor nodes ever say a word
        DeskHouse.done(request);
    }

    @Test
    void moreAtOnceThanThereMayBeAreDroppedAndCounted() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.LIMITS);
        for (int number = 0; number < DeskHouse.REQUESTS_MAX; number++) {
            desk.cancel(new CancelKey(number, DeskHouse.KEY.secret()), TestSession.ORIGIN);
            house.shard.receiveMessage();
        }

        // When
        CompletionStage<Done> late = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);

        // Then
        assertThat(late.toCompletableFuture()).isDone();
        assertThat(desk.dropped()).isEqualTo(1);
        house.shard.expectNoMessage(Duration.ZERO);
    }

    @Test
    void whenThoseHaveEndedOthersAreHeardAgain() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.LIMITS);

        // When: three times as many as there may be at once, in whatever way they end
        for (int number = 0; number < 3 * DeskHouse.REQUESTS_MAX; number++) {
            CompletionStage<Done> request =
                    desk.cancel(new CancelKey(number, DeskHouse.KEY.secret()), TestSession.ORIGIN);
            LookUp lookUp = house.shard.receiveMessage();
            if (number % 2 == 0) {
                lookUp.replyTo().tell(new Unknown());
                house.shard.receiveMessage().replyTo().tell(new Unknown());
            } else {
                lookUp.replyTo().tell(new Held(house.first.getRef()));
                house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.NOT_HELD);
            }
            DeskHouse.done(request);
        }

        // Then
        assertThat(desk.dropped()).isZero();
    }

    @Test
    void anAnswerIsNotRememberedForTheNextRequest() {
        // Given
        ClusterCancelDesk desk = house.joined(Optional.empty(), DeskHouse.LIMITS);
        CompletionStage<Done> before = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Held(house.first.getRef()));
        house.first.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(before);

        // When
        CompletionStage<Done> request = desk.cancel(DeskHouse.KEY, TestSession.ORIGIN);
        house.shard.receiveMessage().replyTo().tell(new Held(house.second.getRef()));

        // Then
        house.second.expectMessageClass(CancelHere.class).replyTo().tell(Outcome.HANDLED);
        DeskHouse.done(request);
    }
}
