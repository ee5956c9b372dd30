package dev.reveille.cancellation.queue;

import static dev.reveille.cancellation.queue.HandDrivenQueue.FAILS;
import static dev.reveille.cancellation.queue.HandDrivenQueue.WORKS;
import static dev.reveille.cancellation.queue.HandDrivenQueue.narrow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.queue.HandDrivenQueue.Said;
import dev.reveille.cancellation.store.KeyStore.StoreLink;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreCommand.Extend;
import dev.reveille.cancellation.store.StoreCommand.Fetch;
import dev.reveille.cancellation.store.StoreCommand.Put;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The store is away: nothing moves, and when it is back everything is caught up with, but not all at once. */
class OutageTest {

    private final HandDrivenQueue queue = new HandDrivenQueue(QueueSettings.DEFAULTS);

    @Test
    void nothingMovesWhileTheLinkIsDown() {
        // Given
        queue.storeSays(WORKS);
        queue.begin(1, 100);
        queue.link(StoreLink.DOWN);
        queue.forgetWhatWasSaid();

        // When
        queue.begin(101, 200);
        queue.timePasses(Duration.ofHours(1));

        // Then
        assertThat(queue.said()).isEmpty();
        assertThat(queue.wakings()).isZero();
    }

    @Test
    void whoAsksWhileTheLinkIsDownIsToldAtOnce() {
        // Given
        queue.link(StoreLink.DOWN);

        // When
        queue.asks("user", 1);

        // Then
        assertThat(queue.answerTo("user")).isEqualTo(new StoreReply.Failed("the store cannot be reached", true));
    }

    @Test
    void whoIsQueuedWhenTheLinkGoesDownIsToldAtOnce() {
        // Given
        queue.begin(1, 4); // All slots are taken.
        queue.asks("user", 9);

        // When
        queue.link(StoreLink.DOWN);

        // Then
        assertThat(queue.answerTo("user")).isEqualTo(new StoreReply.Failed("the store cannot be reached", true));
    }

    @Test
    void theNewestSessionsAreCaughtUpWithFirstAndNotAllAtOnce() {
        // Given
        HandDrivenQueue slow = new HandDrivenQueue(narrow(10, 1_000, 10, 100));
        slow.storeSays(WORKS);
        slow.link(StoreLink.DOWN);
        slow.begin(1, 500);

        // When
        slow.link(StoreLink.UP);
        slow.timePasses(Duration.ofSeconds(10));

        // Then
        List<Long> keys = slow.commands().stream().map(StoreCommand::key).toList();
        assertThat(keys).hasSize(500).isSortedAccordingTo((one, other) -> Long.compare(other, one));
        assertThat(perSecond(slow)).allMatch(count -> count <= 110);
    }

    @Test
    void whatWasQueuedWhenTheLinkWentDownIsCaughtUpWithInTheSameWay() {
        // Given
        HandDrivenQueue slow = new HandDrivenQueue(narrow(10, 1_000, 10, 100));
        slow.begin(1, 500); // Four are in flight, the others queued.
        slow.link(StoreLink.DOWN);
        for (int batch = 0; batch < 4; batch++) {
            slow.comesBack(FAILS);
        }
        slow.storeSays(WORKS);
        slow.forgetWhatWasSaid();

        // When
        slow.link(StoreLink.UP);
        slow.timePasses(Duration.ofSeconds(10));

        // Then
        List<Long> keys = slow.commands().stream().map(StoreCommand::key).toList();
        assertThat(keys).hasSize(500).isSortedAccordingTo((one, other) -> Long.compare(other, one));
        assertThat(perSecond(slow)).allMatch(count -> count <= 110);
    }

    @Test
    void aNewSessionDoesNotWaitForTheOldOnes() {
        // Given
        HandDrivenQueue slow = new HandDrivenQueue(narrow(10, 1_000, 10, 100));
        slow.storeSays(WORKS);
        slow.link(StoreLink.DOWN);
        slow.begin(1, 500);
        slow.link(StoreLink.UP);

        // When
        slow.begins(1_000);

        // Then
        assertThat(slow.commands().getLast().key()).isEqualTo(1_000);
        assertThat(slow.sizes().backlog()).isPositive();
    }

    @Test
    void whatIsStillInTheStoreIsExtendedAndWhatIsNotIsStoredAgain() {
        // Given
        queue.storeSays(WORKS);
        queue.begins(1);
        queue.timePasses(Duration.ofSeconds(30));
        queue.begins(2);
        queue.link(StoreLink.DOWN);
        queue.timePasses(Duration.ofSeconds(65)); // The first has expired, the second is overdue.
        queue.forgetWhatWasSaid();

        // When
        queue.link(StoreLink.UP);

        // Then
        assertThat(queue.commands()).hasExactlyElementsOfTypes(Extend.class, Put.class);
        assertThat(queue.commands()).extracting(StoreCommand::key).containsExactly(2L, 1L);
    }

    @Test
    void whoEndsDuringTheOutageIsNotCaughtUpWith() {
        // Given
        queue.storeSays(WORKS);
        KeptKey old = queue.begins(1);
        queue.link(StoreLink.DOWN);
        KeptKey young = queue.begins(2);
        queue.timePasses(Duration.ofMinutes(5));
        queue.forgetWhatWasSaid();

        // When
        queue.ends(old);
        queue.ends(young);
        queue.link(StoreLink.UP);
        queue.timePasses(Duration.ofHours(1));

        // Then
        assertThat(queue.said()).isEmpty();
    }

    /** X18: 100,000 sessions in 64 shards, five minutes without a store. */
    @Test
    void aHundredThousandSessionsAreCaughtUpWithInAMinute() {
        // Given
        List<HandDrivenQueue> shards = new ArrayList<>();
        for (int shard = 0; shard < 64; shard++) {
            HandDrivenQueue each = new HandDrivenQueue(QueueSettings.DEFAULTS);
            each.storeSays(WORKS);
            each.begin(1, 1_563);
            each.timePasses(Duration.ofMinutes(2));
            each.link(StoreLink.DOWN);
            int before = each.wakings();
            each.timePasses(Duration.ofMinutes(5));
            assertThat(each.wakings()).isEqualTo(before);
            each.timePasses(Duration.ofMinutes(10)); // And then ten more: nothing is left in the store.
            each.forgetWhatWasSaid();
            shards.add(each);
        }

        // When
        shards.forEach(each -> {
            each.link(StoreLink.UP);
            each.timePasses(Duration.ofSeconds(55));
        });

        // Then
        for (HandDrivenQueue each : shards) {
            Set<Long> stored = new HashSet<>();
            each.commands().forEach(command -> {
                assertThat(command).isInstanceOf(Put.class);
                stored.add(command.key());
            });
            assertThat(stored).hasSize(1_563);
            assertThat(perSecond(each)).allMatch(count -> count <= QueueSettings.DEFAULTS.replayRate() * 11 / 10);
        }
    }

    // ---- a link that is up, and useless ----

    @Test
    void aStoreThatFailsEverythingIsNotAskedAllTheTime() {
        // Given
        queue.storeSays(FAILS);

        // When
        queue.begins(1);
        queue.timePasses(Duration.ofMinutes(1));

        // Then
        assertThat(queue.said()).hasSizeBetween(10, 20);
        queue.storeSays(WORKS);
        queue.timePasses(Duration.ofSeconds(5));
        assertThat(queue.sizes().resting()).isEqualTo(1);
    }

    @Test
    void manySessionsDoNotMakeAFailingStoreBusier() {
        // Given
        queue.storeSays(FAILS);
        queue.begins(0);
        queue.forgetWhatWasSaid();

        // When
        queue.begin(1, 1_000);

        // Then
        assertThat(queue.said()).isEmpty();
    }

    @Test
    void whoAsksIsServedEvenWhileStoresWait() {
        // Given
        queue.storeSays(command -> command instanceof Fetch ? WORKS.apply(command) : FAILS.apply(command));
        queue.begins(1);

        // When
        queue.asks("user", 2);

        // Then
        assertThat(queue.commands().getLast()).isEqualTo(new Fetch(2));
        assertThat(queue.answerTo("user")).isEqualTo(new StoreReply.Missing());
    }

    @Test
    void aKeyThatCannotBeStoredDoesNotHoldUpTheOthers() {
        // Given
        queue.storeSays(
                command -> command.key() == 1 ? new StoreReply.Failed("wrong type", false) : new StoreReply.Done());

        // When
        queue.begin(1, 3);
        queue.timePasses(Duration.ofSeconds(21));

        // Then
        assertThat(queue.commands().stream().filter(command -> command.key() == 1))
                .as("tried again now and then")
                .hasSize(5);
        assertThat(queue.commands().stream().filter(command -> command.key() != 1))
                .hasSize(2);
    }

    @Test
    void anotherQueueTakesOverWhatTheFirstHadStored() {
        // Given
        queue.storeSays(WORKS);
        List<KeptKey> sessions = queue.begin(1, 3);
        queue.timePasses(Duration.ofSeconds(30));
        queue.storeIsSilent();
        sessions.add(queue.begins(4)); // In flight when the first queue ends.

        // When
        HandDrivenQueue next = queue.successor();
        next.storeSays(WORKS);
        sessions.forEach(next::begins);

        // Then
        assertThat(next.commands()).extracting(StoreCommand::key).containsExactly(4L);
        next.timePasses(Duration.ofSeconds(30));
        assertThat(next.commands().stream().filter(Extend.class::isInstance)).hasSize(3);
    }

    private static List<Long> perSecond(HandDrivenQueue queue) {
        return List.copyOf(queue.said().stream()
                .map(Said::at)
                .collect(Collectors.groupingBy(Duration::toSeconds, Collectors.counting()))
                .values());
    }
}
