package dev.reveille.cancellation.queue;

import static dev.reveille.cancellation.queue.HandDrivenQueue.WORKS;
import static dev.reveille.cancellation.queue.HandDrivenQueue.narrow;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.queue.HandDrivenQueue.Said;
import dev.reveille.cancellation.store.KeyStore.StoreLink;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreCommand.Extend;
import dev.reveille.cancellation.store.StoreCommand.Put;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The store has lost what it was given: that is noticed, and it is given again, the newest first and at a pace. */
class LostKeysTest {

    private static final int SAMPLE = QueueSettings.DEFAULTS.sampleMax();
    private static final int RATE = 100;
    private static final Duration INSTANT = Duration.ofMillis(1);

    private final HandDrivenQueue queue = new HandDrivenQueue(narrow(10, 1_000, 10, RATE));
    private final Set<Long> stored = new HashSet<>();

    @Test
    void aStoreThatComesBackEmptyIsGivenAllAgain() {
        // Given
        queue.storeSays(this::remembers);
        queue.begin(1, 500);
        queue.timePasses(INSTANT);
        queue.forgetWhatWasSaid();

        // When
        queue.link(StoreLink.DOWN);
        stored.clear();
        queue.link(StoreLink.UP);
        queue.timePasses(Duration.ofSeconds(15));

        // Then
        assertThat(stored).hasSize(500);
        List<Long> asked = keys(Extend.class);
        assertThat(asked.subList(SAMPLE, 500)).isSortedAccordingTo((one, other) -> Long.compare(other, one));
        assertThat(asked.getFirst()).isEqualTo(500);
        assertThat(perSecond()).as("asked and given again").allMatch(count -> count <= 2.2 * RATE);
    }

    @Test
    void aStoreThatComesBackAsItWasIsAskedForAFewKeysOnly() {
        // Given
        queue.storeSays(this::remembers);
        queue.begin(1, 500);
        queue.timePasses(INSTANT);
        queue.forgetWhatWasSaid();

        // When
        queue.link(StoreLink.DOWN);
        queue.link(StoreLink.UP);
        queue.timePasses(Duration.ofSeconds(15));

        // Then
        assertThat(queue.commands()).hasSize(SAMPLE).hasOnlyElementsOfType(Extend.class);
        assertThat(keys(Extend.class)).contains(500L, 501L - SAMPLE);
    }

    @Test
    void aStoreThatComesBackWithAnOldCopyIsGivenWhatItLacks() {
        // Given
        queue.storeSays(this::remembers);
        queue.begin(1, 500);
        queue.timePasses(INSTANT);
        queue.forgetWhatWasSaid();

        // When
        queue.link(StoreLink.DOWN);
        stored.removeIf(key -> key > 480);
        queue.link(StoreLink.UP);
        queue.timePasses(Duration.ofSeconds(15));

        // Then
        assertThat(stored).hasSize(500);
        assertThat(keys(Put.class)).hasSize(20);
    }

    @Test
    void aStoreThatIsEmptiedWhileTheLinkIsUpIsGivenAllAgainWhenOneKeyIsMissed() {
        // Given
        queue.storeSays(this::remembers);
        queue.begins(0);
        queue.timePasses(Duration.ofSeconds(40));
        queue.begin(1, 200);

        // When
        stored.clear();
        queue.timePasses(Duration.ofSeconds(25)); // The first key of all is extended.

        // Then
        assertThat(stored).hasSize(201);
    }

    @Test
    void aKeyThatIsMissingAloneIsStoredAgainAlone() {
        // Given
        queue.storeSays(this::remembers);
        queue.begins(0);
        queue.timePasses(Duration.ofSeconds(40));
        queue.begin(1, 200);
        queue.forgetWhatWasSaid();

        // When
        stored.remove(0L);
        queue.timePasses(Duration.ofSeconds(25));

        // Then
        assertThat(keys(Put.class)).containsExactly(0L);
        assertThat(keys(Extend.class)).hasSize(1 + SAMPLE);
    }

    @Test
    void aStoreThatKeepsLosingKeysIsNotAskedAllTheTime() {
        // Given: one in ten is missing, as where memory is short
        queue.storeSays(command -> command instanceof Extend && command.key() % 10 == 0
                ? new StoreReply.Missing()
                : new StoreReply.Done());
        queue.begin(1, 300);
        queue.timePasses(Duration.ofMinutes(2));
        queue.forgetWhatWasSaid();

        // When
        queue.timePasses(Duration.ofMinutes(10));

        // Then: each key about once a minute at most
        assertThat(keys(Extend.class)).hasSizeLessThan(300 * 11);
    }

    @Test
    void theSampleMayEndBeforeItIsAnswered() {
        // Given
        queue.storeSays(this::remembers);
        queue.begin(1, 100);
        List<KeptKey> newest = queue.begin(101, 100 + SAMPLE);
        queue.timePasses(INSTANT);
        queue.link(StoreLink.DOWN);
        stored.clear();
        queue.storeIsSilent();
        queue.link(StoreLink.UP);

        // When
        newest.forEach(queue::ends);
        queue.storeSays(this::remembers);
        queue.comesBack(this::remembers);
        queue.timePasses(Duration.ofSeconds(5));

        // Then
        assertThat(stored).contains(1L, 50L, 100L);
    }

    @Test
    void aLinkThatIsLostAgainBeforeTheSampleIsAnsweredHidesNothing() {
        // Given
        queue.storeSays(this::remembers);
        queue.begin(1, 100);
        queue.timePasses(INSTANT);
        queue.link(StoreLink.DOWN);
        stored.clear();
        queue.storeIsSilent();
        queue.link(StoreLink.UP);

        // When: what comes between would be all that a second sample sees
        queue.link(StoreLink.DOWN);
        queue.isLost("the link is lost");
        queue.storeSays(this::remembers);
        queue.link(StoreLink.UP);
        queue.timePasses(Duration.ofSeconds(5));

        // Then
        assertThat(stored).hasSize(100);
    }

    private StoreReply remembers(StoreCommand command) {
        return switch (command) {
            case Put put -> {
                stored.add(put.key());
                yield new StoreReply.Done();
            }
            case Extend extend -> stored.contains(extend.key()) ? new StoreReply.Done() : new StoreReply.Missing();
            case StoreCommand.Fetch _, StoreCommand.Remove _ -> WORKS.apply(command);
        };
    }

    private List<Long> keys(Class<? extends StoreCommand> kind) {
        return queue.commands().stream()
                .filter(kind::isInstance)
                .map(StoreCommand::key)
                .toList();
    }

    private List<Long> perSecond() {
        return List.copyOf(queue.said().stream()
                .map(Said::at)
                .collect(Collectors.groupingBy(Duration::toSeconds, Collectors.counting()))
                .values());
    }
}
