package dev.reveille.cancellation.queue;

import org.junit.jupiter.api.Test;

/**
 * Sessions, callers, a store and a link that do what they like, at random: whatever the order, what is promised holds (spec
 * 02 §d D8, invariants 1, 2, 5 and 7). A failure names the seed that repeats it.
 *
 * <p>{@code -Dreveille.soak.rounds=N} runs N times as many.
 */
class DesiredStateTest {

    private static final int STORIES = 300;
    private static final long SEED = 27_031;

    @Test
    void whateverHappensThePromisesHold() {
        int rounds = Integer.getInteger("reveille.soak.rounds", 1);
        for (long seed = SEED; seed < SEED + (long) STORIES * rounds; seed++) {
            try {
                new RandomStory(seed).play();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed %d: %s".formatted(seed, failure.getMessage()), failure);
            }
        }
    }
}
