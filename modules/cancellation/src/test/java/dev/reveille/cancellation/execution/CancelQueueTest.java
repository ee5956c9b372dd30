package dev.reveille.cancellation.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/**
 * Cancellations come and end at random, and no compute ever has more of them than it may, nobody is forgotten, and nothing
 * is left in the end (spec 02 §d D8, invariants 5 and 7). A failure names the seed that repeats it.
 */
class CancelQueueTest {

    private static final int STORIES = 200;
    private static final long SEED = 11_213;
    private static final ExecutionSettings LIMITS = new ExecutionSettings(Duration.ofSeconds(5), 3, 8, 5, 20);
    private static final int COMPUTES = 6;

    @Test
    void nobodyGetsMoreThanTheirPlacesAndEverybodyGetsATurn() {
        for (long seed = SEED; seed < SEED + STORIES; seed++) {
            try {
                play(new Random(seed));
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed %d: %s".formatted(seed, failure.getMessage()), failure);
            }
        }
    }

    private static void play(Random random) {
        CancelQueue queue = new CancelQueue(LIMITS);
        Map<InetSocketAddress, Integer> running = new HashMap<>();
        List<InetSocketAddress> underWay = new ArrayList<>();
        int accepted = 0;
        int begun = 0;
        for (int event = 0; event < 500; event++) {
            if (random.nextInt(5) < 3) {
                accepted += queue.offer(job(random.nextInt(COMPUTES))) ? 1 : 0;
            } else if (!underWay.isEmpty()) {
                InetSocketAddress ended = underWay.remove(random.nextInt(underWay.size()));
                running.merge(ended, -1, Integer::sum);
                queue.ended(ended);
            }
            begun += begin(queue, underWay, running);
            assertThat(queue.waiting()).isEqualTo(accepted - begun).isLessThanOrEqualTo(LIMITS.waitingMax());
        }
        while (!underWay.isEmpty()) {
            InetSocketAddress ended = underWay.removeLast();
            running.merge(ended, -1, Integer::sum);
            queue.ended(ended);
            begun += begin(queue, underWay, running);
        }
        assertThat(begun).as("those who had their turn").isEqualTo(accepted);
        assertThat(queue.isEmpty()).as("nothing is left").isTrue();
    }

    private static int begin(
            CancelQueue queue, List<InetSocketAddress> underWay, Map<InetSocketAddress, Integer> running) {
        int begun = 0;
        for (var next = queue.next(); next.isPresent(); next = queue.next()) {
            InetSocketAddress address = next.get().target().address();
            underWay.add(address);
            begun++;
            assertThat(running.merge(address, 1, Integer::sum))
                    .as("on their way to one compute")
                    .isLessThanOrEqualTo(LIMITS.atOneMax());
            assertThat(underWay).as("on their way").hasSizeLessThanOrEqualTo(LIMITS.atAllMax());
        }
        return begun;
    }

    private static CancelJob job(int compute) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_000 + compute);
        return CancelJob.of(
                new CancelTarget(address, CancelTarget.Security.CLEAR, "compute", 1, ByteString.fromString("hush")),
                Duration.ofMinutes(1));
    }
}
