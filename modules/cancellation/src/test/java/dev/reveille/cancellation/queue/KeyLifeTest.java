package dev.reveille.cancellation.queue;

import static dev.reveille.cancellation.fakes.Sessions.session;
import static dev.reveille.cancellation.queue.HandDrivenQueue.WORKS;
import static dev.reveille.cancellation.queue.HandDrivenQueue.narrow;
import static dev.reveille.cancellation.queue.HandDrivenQueue.settings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.queue.HandDrivenQueue.Said;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreCommand.Extend;
import dev.reveille.cancellation.store.StoreCommand.Put;
import dev.reveille.cancellation.store.StoreCommand.Remove;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the store hears of a session over its life (spec 02 §12.4, X3 to X6). */
class KeyLifeTest {

    private static final Duration FIRST_LIFE = Duration.ofSeconds(90);
    private static final Duration LIFE = Duration.ofSeconds(630);

    private final HandDrivenQueue queue = new HandDrivenQueue(QueueSettings.DEFAULTS);

    @Test
    void aShortSessionCostsOneCommand() {
        // Given
        queue.storeSays(WORKS);
        KeptKey brief = queue.begins(1);

        // When
        queue.timePasses(Duration.ofSeconds(5));
        queue.ends(brief);
        queue.timePasses(Duration.ofHours(1));

        // Then
        assertThat(queue.commands()).containsExactly(new Put(1, session(1), FIRST_LIFE));
    }

    @Test
    void aLongSessionIsExtendedAfterAMinuteAndThenAboutEveryTenMinutes() {
        // Given
        queue.storeSays(WORKS);

        // When
        queue.begins(1);
        queue.timePasses(Duration.ofMinutes(25));

        // Then
        assertThat(queue.commands())
                .containsExactly(
                        new Put(1, session(1), FIRST_LIFE),
                        new Extend(1, LIFE),
                        new Extend(1, LIFE),
                        new Extend(1, LIFE));
        List<Duration> times = queue.said().stream().map(Said::at).toList();
        assertThat(times.get(1)).isEqualTo(Duration.ofSeconds(60));
        for (int extension = 2; extension <= 3; extension++) {
            assertThat(times.get(extension).minus(times.get(extension - 1)))
                    .isBetween(Duration.ofSeconds(570), Duration.ofSeconds(600));
        }
    }

    @Test
    void aKeyThatTheStoreHasLostIsStoredAgainAtOnce() {
        // Given
        queue.storeSays(WORKS);
        queue.begins(1);
        queue.timePasses(Duration.ofSeconds(100));
        queue.forgetWhatWasSaid();

        // When
        queue.storeSays(command -> command instanceof Extend ? new StoreReply.Missing() : new StoreReply.Done());
        queue.timePasses(Duration.ofSeconds(560));
        queue.storeSays(WORKS);
        queue.timePasses(Duration.ofSeconds(60));

        // Then
        assertThat(queue.commands())
                .containsExactly(new Extend(1, LIFE), new Put(1, session(1), FIRST_LIFE), new Extend(1, LIFE));
        List<Duration> times = queue.said().stream().map(Said::at).toList();
        assertThat(times.get(1)).isEqualTo(times.get(0));
        assertThat(times.get(2).minus(times.get(1))).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void aSessionThatEndsWhenItsExtensionIsDueIsNotExtended() {
        // Given
        queue.storeSays(WORKS);
        KeptKey ending = queue.begins(1);
        queue.timePasses(Duration.ofSeconds(59));
        queue.storeIsSilent();
        queue.begin(2, 5); // All slots are taken.
        queue.timePasses(Duration.ofSeconds(2));
        queue.forgetWhatWasSaid();

        // When
        queue.ends(ending);
        queue.comesBack(WORKS);

        // Then
        assertThat(queue.said()).isEmpty();
    }

    @Test
    void theEndOfASessionMakesTheReplyThatIsUnderWayMeaningless() {
        // Given
        KeptKey ending = queue.begins(1);

        // When
        queue.ends(ending);
        queue.comesBack(WORKS);
        queue.timePasses(Duration.ofHours(1));

        // Then
        assertThat(queue.said()).hasSize(1);
        assertThat(queue.sizes()).isEqualTo(new QueueSizes(0, 0, 0, 0, 0, 0));
    }

    @Test
    void extensionsThatAreDueSoonFillABatch() {
        // Given
        queue.storeSays(WORKS);
        queue.begin(1, 100);
        queue.timePasses(Duration.ofSeconds(60));
        queue.forgetWhatWasSaid();

        // When
        queue.timePasses(Duration.ofSeconds(600));

        // Then
        assertThat(queue.said()).hasSize(100);
        assertThat(queue.said().stream().map(Said::at).distinct()).hasSize(1);
    }

    /** Or a session of half a minute would cost two commands. */
    @Test
    void theFirstExtensionNeverGoesEarly() {
        // Given
        queue.storeSays(WORKS);
        queue.begins(1);
        queue.timePasses(Duration.ofSeconds(59));

        // When
        queue.begins(2);

        // Then
        assertThat(queue.commands()).hasSize(2).doesNotHaveAnyElementsOfTypes(Extend.class);
    }

    @Test
    void sessionsThatCameTogetherDoNotStayTogether() {
        // Given
        HandDrivenQueue oneByOne = new HandDrivenQueue(settings(1, 4)); // Nobody comes along in another's batch.
        oneByOne.storeSays(WORKS);
        oneByOne.begin(1, 1_000);
        oneByOne.timePasses(Duration.ofSeconds(60));
        oneByOne.forgetWhatWasSaid();

        // When
        oneByOne.timePasses(Duration.ofSeconds(600));

        // Then
        var perSecond = oneByOne.said().stream()
                .collect(Collectors.groupingBy(said -> said.at().toSeconds(), Collectors.counting()));
        assertThat(oneByOne.said()).hasSize(1_000);
        assertThat(perSecond.values()).allMatch(count -> count < 100);
    }

    @Test
    void anExtensionThatIsVeryLateGoesBeforeNewStores() {
        // Given
        HandDrivenQueue narrow = new HandDrivenQueue(settings(2, 1));
        narrow.begins(1);
        narrow.comesBack(WORKS);
        narrow.timePasses(Duration.ofSeconds(59));
        narrow.begin(100, 150); // One is in flight, the others wait.
        narrow.timePasses(Duration.ofSeconds(2));
        narrow.comesBack(WORKS);
        assertThat(narrow.oldestBatch()).as("not late yet").containsExactly(101L, 102L);

        // When
        for (int second = 0; second < 9; second++) {
            narrow.timePasses(Duration.ofSeconds(1));
            narrow.comesBack(WORKS);
        }

        // Then
        assertThat(narrow.oldestBatch()).first().isEqualTo(1L);
    }

    // ---- removals ----

    @Test
    void aKeyThatWouldStayForLongIsRemovedWhenThereIsNothingElseToDo() {
        // Given
        queue.storeSays(WORKS);
        KeptKey ending = queue.begins(1);
        queue.timePasses(Duration.ofSeconds(60 + 630 - 121));
        queue.forgetWhatWasSaid();

        // When
        queue.ends(ending);

        // Then
        assertThat(queue.commands()).containsExactly(new Remove(1));
    }

    @Test
    void aKeyThatGoesSoonAnywayIsNotRemoved() {
        // Given
        queue.storeSays(WORKS);
        KeptKey ending = queue.begins(1);
        queue.timePasses(Duration.ofSeconds(60 + 630 - 119));
        queue.forgetWhatWasSaid();

        // When
        queue.ends(ending);

        // Then
        assertThat(queue.said()).isEmpty();
    }

    @Test
    void removalsWaitUntilNobodyElseWants() {
        // Given
        queue.storeSays(WORKS);
        List<KeptKey> ending = queue.begin(1, 10);
        queue.timePasses(Duration.ofSeconds(100));
        queue.storeIsSilent();
        queue.begins(20); // In flight: the store is not idle.
        queue.forgetWhatWasSaid();

        // When
        ending.forEach(queue::ends);

        // Then
        assertThat(queue.said()).isEmpty();
        queue.comesBack(WORKS);
        assertThat(queue.commands()).hasSize(10).hasOnlyElementsOfType(Remove.class);
    }

    @Test
    void noMoreRemovalsAreQueuedThanMayBe() {
        // Given
        HandDrivenQueue narrow = new HandDrivenQueue(narrow(10, 1_000, 5, 1_000));
        narrow.storeSays(WORKS);
        List<KeptKey> ending = narrow.begin(1, 20);
        narrow.timePasses(Duration.ofSeconds(100));
        narrow.storeIsSilent();
        narrow.begins(100);

        // When
        ending.forEach(narrow::ends);

        // Then
        assertThat(narrow.sizes().removes()).isEqualTo(5);
    }

    @Test
    void aKeyWhoseNodeIsGoneIsLeftInTheStore() {
        // Given
        queue.storeSays(WORKS);
        KeptKey kept = queue.begins(1);
        queue.timePasses(Duration.ofSeconds(100));
        queue.forgetWhatWasSaid();

        // When
        queue.abandons(kept);
        queue.timePasses(Duration.ofHours(1));

        // Then
        assertThat(queue.said()).isEmpty();
        assertThat(queue.sizes()).isEqualTo(new QueueSizes(0, 0, 0, 0, 0, 0));
    }

    @Test
    void commandsDoNotPrintTheirKeys() {
        assertThat(List.<StoreCommand>of(new Put(4711, session(4712), LIFE), new Extend(4711, LIFE), new Remove(4711)))
                .allSatisfy(command ->
                        assertThat(command.toString()).doesNotContain("4711").doesNotContain("4712"));
        assertThat(new KeptKey(4711, session(4712), 1).toString()).doesNotContain("4711");
    }
}
