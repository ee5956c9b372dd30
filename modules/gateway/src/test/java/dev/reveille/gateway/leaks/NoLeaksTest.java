package dev.reveille.gateway.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The witness itself is awake. */
class NoLeaksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void buffersThatAreThrownAwayAreNoticed() {
        // Given
        for (int lost = 0; lost < 100; lost++) {
            loseOne(); // The witness looks at some of them.
        }

        // When: the collector finds it, and the next buffers make the witness look.
        StringBuilder lost = new StringBuilder();
        for (Instant end = Instant.now().plus(PATIENCE);
                lost.isEmpty() && Instant.now().isBefore(end); ) {
            System.gc();
            for (int buffers = 0; buffers < 100; buffers++) {
                UnpooledByteBufAllocator.DEFAULT.directBuffer(1).release();
            }
            lost.append(LeakWitness.lost());
        }

        // Then
        assertThat(lost).contains("was never released").contains("loseOne");
    }

    @SuppressWarnings("CheckReturnValue")
    private static void loseOne() {
        UnpooledByteBufAllocator.DEFAULT.directBuffer(1).writeByte(1);
    }
}
