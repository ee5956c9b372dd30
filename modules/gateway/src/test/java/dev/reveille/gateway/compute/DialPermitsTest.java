package dev.reveille.gateway.compute;

import static dev.reveille.gateway.compute.Dialling.LONG;
import static dev.reveille.gateway.compute.Dialling.SHORT;
import static dev.reveille.gateway.compute.Dialling.reasonOf;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.DialFailure.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DialPermitsTest {

    private static final ComputeAddress BLUE = new ComputeAddress("blue", 5432);
    private static final ComputeAddress GREEN = new ComputeAddress("green", 5432);

    @Test
    void asManyAsAreAllowedDialAtOnceAndTheNextWaits() {
        DialPermits permits = new DialPermits(100, LONG);
        List<DialPermits.Permit> inUse = take(permits, 100);

        CompletableFuture<DialPermits.Permit> next = permits.acquire(BLUE);

        assertThat(next).isNotDone();
        inUse.getFirst().giveBack();
        assertThat(next).isCompleted();
    }

    @Test
    void whoCameFirstIsServedFirst() {
        // Given
        DialPermits permits = new DialPermits(1, LONG);
        DialPermits.Permit inUse = soon(permits.acquire(BLUE));
        List<String> served = new ArrayList<>();
        for (String name : List.of("first", "second", "third")) {
            permits.acquire(BLUE).thenAccept(permit -> {
                served.add(name);
                permit.giveBack();
            });
        }

        // When
        inUse.giveBack();

        // Then
        assertThat(served).containsExactly("first", "second", "third");
    }

    @Test
    void aBusyComputeHoldsNobodyElseUp() {
        DialPermits permits = new DialPermits(1, LONG);
        soon(permits.acquire(BLUE));

        assertThat(permits.acquire(GREEN)).isCompleted();
    }

    @Test
    void whoWaitsTooLongGivesUpAndLeavesNoGapInTheQueue() {
        // Given one who gave up before another came
        DialPermits permits = new DialPermits(1, SHORT);
        DialPermits.Permit inUse = soon(permits.acquire(BLUE));
        assertThat(reasonOf(permits.acquire(BLUE))).isEqualTo(Reason.NO_PERMIT);
        CompletableFuture<DialPermits.Permit> next = permits.acquire(BLUE);

        // When
        inUse.giveBack();

        // Then the place is theirs, and again free after them
        soon(next).giveBack();
        assertThat(permits.acquire(BLUE)).isCompleted();
    }

    @Test
    void manyWhoGaveUpTakeNoPlaces() {
        // Given
        DialPermits permits = new DialPermits(10, SHORT);
        List<DialPermits.Permit> inUse = take(permits, 10);
        List<CompletableFuture<DialPermits.Permit>> waiting = new ArrayList<>();
        for (int visitor = 0; visitor < 50; visitor++) {
            waiting.add(permits.acquire(BLUE));
        }
        waiting.forEach(place -> assertThat(reasonOf(place)).isEqualTo(Reason.NO_PERMIT));

        // When
        inUse.forEach(DialPermits.Permit::giveBack);

        // Then
        assertThat(take(permits, 10)).hasSize(10);
        assertThat(permits.acquire(BLUE)).isNotDone();
    }

    @Test
    void aPermitReturnedTwiceCountsOnce() {
        DialPermits permits = new DialPermits(2, LONG);
        DialPermits.Permit one = soon(permits.acquire(BLUE));
        soon(permits.acquire(BLUE));

        one.giveBack();
        one.giveBack();

        assertThat(permits.acquire(BLUE)).isCompleted();
        assertThat(permits.acquire(BLUE)).isNotDone();
    }

    /**
     * Invariant 5 of spec 02 §d D8: what was granted and not returned is what is in use, and never more than there are; at
     * the end all of them are there again. A failure names the seed that repeats it.
     */
    @Test
    void whateverDiallersDoThereAreNeverMoreOfThemThanPermits() {
        for (long seed = 70_207; seed < 70_207 + 200; seed++) {
            try {
                play(new Random(seed), 4);
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed %d: %s".formatted(seed, failure.getMessage()), failure);
            }
        }
    }

    private static void play(Random random, int most) {
        DialPermits permits = new DialPermits(most, LONG);
        List<DialPermits.Permit> inUse = new ArrayList<>();
        List<DialPermits.Permit> returned = new ArrayList<>();
        List<CompletableFuture<DialPermits.Permit>> waiting = new ArrayList<>();
        for (int event = 0; event < 300; event++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> waiting.add(permits.acquire(BLUE));
                case 2, 3 -> {
                    if (!inUse.isEmpty()) {
                        DialPermits.Permit back = inUse.remove(random.nextInt(inUse.size()));
                        returned.add(back);
                        back.giveBack();
                    }
                }
                default -> {
                    // Somebody goes away while they wait, and somebody returns twice.
                    if (!waiting.isEmpty()) {
                        waiting.remove(random.nextInt(waiting.size())).cancel(false);
                    }
                    if (!returned.isEmpty()) {
                        returned.get(random.nextInt(returned.size())).giveBack();
                    }
                }
            }
            waiting.removeIf(place -> {
                boolean granted = place.isDone() && !place.isCompletedExceptionally();
                if (granted) {
                    inUse.add(place.join());
                }
                return place.isDone();
            });
            assertThat(inUse).hasSizeLessThanOrEqualTo(most);
            assertThat(waiting.isEmpty() || inUse.size() == most)
                    .as("nobody waits while there is a permit")
                    .isTrue();
        }
        waiting.forEach(place -> place.cancel(false));
        inUse.forEach(DialPermits.Permit::giveBack);
        assertThat(take(permits, most)).hasSize(most);
        assertThat(permits.acquire(BLUE)).isNotDone();
    }

    private static List<DialPermits.Permit> take(DialPermits permits, int count) {
        List<DialPermits.Permit> taken = new ArrayList<>();
        for (int visitor = 0; visitor < count; visitor++) {
            CompletableFuture<DialPermits.Permit> place = permits.acquire(BLUE);
            assertThat(place).isCompleted();
            taken.add(soon(place));
        }
        return taken;
    }
}
