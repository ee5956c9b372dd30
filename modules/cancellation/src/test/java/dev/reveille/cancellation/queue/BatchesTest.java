package dev.reveille.cancellation.queue;

import static dev.reveille.cancellation.fakes.Sessions.session;
import static dev.reveille.cancellation.queue.HandDrivenQueue.FAILS;
import static dev.reveille.cancellation.queue.HandDrivenQueue.WORKS;
import static dev.reveille.cancellation.queue.HandDrivenQueue.narrow;
import static dev.reveille.cancellation.queue.HandDrivenQueue.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who travels in which batch, who comes back with which reply, and who does not travel at all (spec 02, Q1 to Q11). */
class BatchesTest {

    private static final QueueSizes NOTHING = new QueueSizes(0, 0, 0, 0, 0, 0);
    private static final StoreReply DONE = new StoreReply.Done();
    private static final StoreReply MISSING = new StoreReply.Missing();

    // ---- batches ----

    @Test
    void whatIsAskedIsSentAtOnceWhileThereIsASlot() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(128, 4));

        // When
        queue.begin(1, 6);

        // Then
        assertThat(queue.batchesInFlight()).containsExactly(List.of(1L), List.of(2L), List.of(3L), List.of(4L));
        assertThat(queue.sizes().puts()).isEqualTo(2);
    }

    @Test
    void oneAtATimeTheyGoInTheOrderInWhichTheyCame() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(1, 1));
        queue.asks("first", 1);
        queue.asks("second", 2);

        // When
        queue.comesBackWith(new StoreReply.Found(session(1)));
        queue.comesBackWith(new StoreReply.Found(session(2)));

        // Then
        assertThat(queue.commands()).containsExactly(new StoreCommand.Fetch(1), new StoreCommand.Fetch(2));
        assertThat(queue.answerTo("first")).isEqualTo(new StoreReply.Found(session(1)));
        assertThat(queue.answerTo("second")).isEqualTo(new StoreReply.Found(session(2)));
    }

    @Test
    void whatGathersBehindABatchInFlightLeavesInFullBatchesAndRepliesFindTheirCallers() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(3, 1));
        queue.asks("ahead", 100);
        for (int caller = 1; caller <= 7; caller++) {
            queue.asks("caller " + caller, caller);
        }

        // When
        queue.comesBackWith(MISSING);
        List<Long> first = queue.oldestBatch();
        queue.comesBack(command -> new StoreReply.Found(session((int) command.key())));
        List<Long> second = queue.oldestBatch();
        queue.comesBack(command -> new StoreReply.Found(session((int) command.key())));
        List<Long> third = queue.oldestBatch();
        queue.comesBack(command -> new StoreReply.Found(session((int) command.key())));

        // Then
        assertThat(List.of(first, second, third))
                .containsExactly(List.of(1L, 2L, 3L), List.of(4L, 5L, 6L), List.of(7L));
        for (int caller = 1; caller <= 7; caller++) {
            assertThat(queue.answerTo("caller " + caller)).isEqualTo(new StoreReply.Found(session(caller)));
        }
        assertThat(queue.sizes()).isEqualTo(NOTHING);
    }

    @Test
    void aBatchIsNeverLongerThanItMayBe() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(128, 1));
        queue.begin(1, 300);

        // When
        queue.comesBack(WORKS);

        // Then
        assertThat(queue.oldestBatch()).hasSize(128);
        assertThat(queue.batchesInFlight()).hasSize(1);
    }

    @Test
    void nothingIsSentWhereThereIsNothingToSay() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(8, 4));

        // When
        queue.timePasses(Duration.ofHours(1));

        // Then
        assertThat(queue.said()).isEmpty();
        assertThat(queue.wakings()).isZero();
    }

    // ---- who waits goes first ----

    @Test
    void lookUpsWithoutEndDoNotKeepStoresOut() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(16, 1));
        queue.asks("ahead", 1_000);
        queue.begin(1, 5);
        for (int caller = 101; caller <= 150; caller++) {
            queue.asks("caller " + caller, caller);
        }

        // When
        queue.comesBackWith(MISSING);

        // Then
        assertThat(queue.oldestBatch())
                .as("fourteen look-ups, and two stores that came before them")
                .hasSize(16)
                .startsWith(101L)
                .endsWith(1L, 2L);
    }

    @Test
    void aLookUpOvertakesTheStoresThatAreQueued() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(4, 1));
        queue.begin(1, 20);

        // When
        queue.asks("user", 99);
        queue.comesBack(WORKS);

        // Then
        assertThat(queue.oldestBatch()).containsExactly(99L, 2L, 3L, 4L);
    }

    @Test
    void manyWhoAskForOneKeyCauseOneLookUp() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(8, 1));
        queue.asks("ahead", 100);
        queue.asks("one", 5);
        queue.asks("two", 5);
        queue.comesBackWith(MISSING);
        queue.asks("three, while it is in flight", 5);

        // When
        queue.comesBackWith(new StoreReply.Found(session(5)));

        // Then
        assertThat(queue.commands()).containsExactly(new StoreCommand.Fetch(100), new StoreCommand.Fetch(5));
        for (String caller : List.of("one", "two", "three, while it is in flight")) {
            assertThat(queue.answerTo(caller)).isEqualTo(new StoreReply.Found(session(5)));
        }
    }

    @Test
    void aLookUpBeyondTheBoundIsRefusedAtOnce() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(narrow(2, 10, 10, 100));
        queue.asks("one", 1);
        queue.asks("two", 2);

        // When
        queue.asks("three", 3);

        // Then
        assertThat(queue.answerTo("three")).isInstanceOf(StoreReply.Failed.class);
        assertThat(queue.isAnswered("one")).isFalse();
        assertThat(queue.commands()).hasSize(2);
    }

    // ---- who leaves ----

    @Test
    void aLookUpWhoseCallerIsGoneIsNotSent() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(8, 1));
        queue.asks("ahead", 100);
        queue.asks("stays", 1);
        queue.asks("leaves", 2);

        // When
        queue.vanishes("leaves");
        queue.comesBackWith(MISSING);

        // Then
        assertThat(queue.oldestBatch()).containsExactly(1L);
        queue.comesBackWith(MISSING);
        assertThat(queue.answerTo("stays")).isEqualTo(MISSING);
        assertThat(queue.isAnswered("leaves")).isFalse();
    }

    @Test
    void aLookUpIsSentAsLongAsOneOfItsCallersIsThere() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(8, 1));
        queue.asks("ahead", 100);
        queue.asks("stays", 1);
        queue.asks("leaves", 1);

        // When
        queue.vanishes("leaves");
        queue.comesBackWith(MISSING);
        queue.comesBackWith(new StoreReply.Found(session(1)));

        // Then
        assertThat(queue.answerTo("stays")).isEqualTo(new StoreReply.Found(session(1)));
    }

    @Test
    void aCallerThatLeavesABatchInFlightTakesNobodyAlong() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(3, 1));
        queue.asks("ahead", 100);
        queue.asks("one", 1);
        queue.asks("two", 2);
        queue.asks("three", 3);
        queue.comesBackWith(MISSING);

        // When
        queue.vanishes("two");
        queue.comesBack(command -> new StoreReply.Found(session((int) command.key())));

        // Then
        assertThat(queue.answerTo("one")).isEqualTo(new StoreReply.Found(session(1)));
        assertThat(queue.isAnswered("two")).isFalse();
        assertThat(queue.answerTo("three")).isEqualTo(new StoreReply.Found(session(3)));
        assertThat(queue.commands()).contains(new StoreCommand.Fetch(2));
    }

    @Test
    void whoHasWaitedForTooLongIsToldSoAndNothingIsAskedForIt() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(8, 1));
        queue.asks("in flight", 1, Duration.ofSeconds(1));
        queue.asks("queued", 2, Duration.ofMillis(200));
        queue.asks("patient", 3, Duration.ofSeconds(2));

        // When
        queue.timePasses(Duration.ofMillis(200));

        // Then
        assertThat(queue.answerTo("queued")).isInstanceOf(StoreReply.Failed.class);
        assertThat(queue.isAnswered("in flight")).isFalse();
        queue.comesBackWith(MISSING);
        assertThat(queue.oldestBatch()).containsExactly(3L);
    }

    @Test
    void aSessionThatEndsWhileItsKeyIsQueuedCostsTheStoreNothing() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(8, 1));
        queue.begins(1);
        KeptKey brief = queue.begins(2);

        // When
        queue.ends(brief);
        queue.comesBack(WORKS);

        // Then
        assertThat(queue.commands()).extracting(StoreCommand::key).containsExactly(1L);
        assertThat(queue.batchesInFlight()).isEmpty();
    }

    @Test
    void whenEverybodyHasLeftNothingRemains() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(8, 1));
        List<KeptKey> sessions = queue.begin(1, 500);
        for (int caller = 0; caller < 500; caller++) {
            queue.asks("caller " + caller, 1_000 + caller % 100);
        }

        // When
        sessions.forEach(queue::ends);
        for (int caller = 0; caller < 500; caller++) {
            queue.vanishes("caller " + caller);
        }
        queue.comesBack(WORKS);

        // Then
        assertThat(queue.sizes()).isEqualTo(NOTHING);
        assertThat(queue.nextDue()).isEmpty();
    }

    // ---- what goes wrong ----

    @Test
    void whenABatchIsLostItsCallersAreToldAndTheNextProceeds() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(2, 1));
        queue.asks("ahead", 100);
        queue.asks("one", 1);
        queue.asks("two", 2);
        queue.asks("three", 3);
        queue.comesBackWith(MISSING);

        // When
        queue.isLost("connection reset");

        // Then
        assertThat(queue.answerTo("one"))
                .isEqualTo(queue.answerTo("two"))
                .isEqualTo(new StoreReply.Failed("connection reset", true));
        queue.comesBackWith(MISSING);
        assertThat(queue.answerTo("three")).isEqualTo(MISSING);
    }

    @Test
    void oneBadReplyConcernsOnlyItsOwnCaller() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(3, 1));
        queue.asks("ahead", 100);
        queue.asks("one", 1);
        queue.asks("two", 2);
        queue.asks("three", 3);
        queue.comesBackWith(MISSING);

        // When
        queue.comesBackWith(MISSING, new StoreReply.Failed("wrong type", false), new StoreReply.Found(session(3)));

        // Then
        assertThat(queue.answerTo("one")).isEqualTo(MISSING);
        assertThat(queue.answerTo("two")).isEqualTo(new StoreReply.Failed("wrong type", false));
        assertThat(queue.answerTo("three")).isEqualTo(new StoreReply.Found(session(3)));
    }

    /** A reply that was shifted by one would cancel somebody else's query. */
    @Test
    void whereTheRepliesDoNotMatchTheCommandsNobodyGetsOne() {
        for (int replies : List.of(0, 1, 3)) {
            // Given
            HandDrivenQueue queue = new HandDrivenQueue(settings(2, 1));
            queue.asks("ahead", 100);
            queue.asks("one", 1);
            queue.asks("two", 2);
            queue.comesBackWith(MISSING);

            // When
            StoreReply[] wrong = new StoreReply[replies];
            Arrays.fill(wrong, new StoreReply.Found(session(1)));
            queue.comesBackWith(wrong);

            // Then
            assertThat(queue.answerTo("one"))
                    .isEqualTo(queue.answerTo("two"))
                    .isEqualTo(new StoreReply.Failed("bad reply count", true));
        }
    }

    @Test
    void aBatchThatDoesNotComeBackIsGivenUpAndItsSlotIsFree() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(8, 1));
        queue.begins(1);
        queue.asks("waits behind it", 2);
        Batch silent = queue.oldest();

        // When
        queue.timePasses(QueueSettings.DEFAULTS.batchTimeMax());

        // Then
        assertThat(queue.batchesInFlight().getLast()).containsExactly(2L);
        queue.comesBack(silent, DONE);
        assertThat(queue.sizes().resting())
                .as("a reply to a batch that was given up changes nothing")
                .isZero();
        assertThat(queue.sizes().backlog()).isEqualTo(1);
    }

    @Test
    void aStoreThatFailedIsSentAgain() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(settings(8, 1));
        queue.begins(1);

        // When
        queue.comesBack(FAILS);
        queue.storeSays(WORKS);
        queue.timePasses(Duration.ofSeconds(1));

        // Then
        assertThat(queue.commands())
                .containsExactly(
                        new StoreCommand.Put(1, session(1), Duration.ofSeconds(90)),
                        new StoreCommand.Put(1, session(1), Duration.ofSeconds(90)));
        assertThat(queue.sizes().resting()).isEqualTo(1);
    }

    @Test
    void storesBeyondTheLaneAreSentLaterButSent() {
        // Given
        HandDrivenQueue queue = new HandDrivenQueue(narrow(10, 100, 10, 1_000));
        queue.begin(1, 2_000);
        assertThat(queue.sizes().puts()).isEqualTo(100);

        // When
        queue.storeSays(WORKS);
        while (!queue.batchesInFlight().isEmpty()) {
            queue.comesBack(WORKS);
        }
        queue.timePasses(Duration.ofSeconds(3));

        // Then
        assertThat(queue.sizes()).isEqualTo(new QueueSizes(0, 0, 0, 2_000, 0, 0));
    }
}
