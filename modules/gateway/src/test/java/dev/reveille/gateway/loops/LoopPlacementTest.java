package dev.reveille.gateway.loops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoopPlacementTest {

    private static final int LOOPS = 3;

    @Test
    void aFewClientsShareTheFirstLoop() {
        // Given
        LoopPlacement placement = new LoopPlacement(LOOPS);

        // When
        int[] chosen = IntStream.range(0, 16).map(_ -> placement.choose()).toArray();

        // Then
        assertThat(chosen).containsOnly(0);
    }

    @Test
    void aCrowdThatComesAtOnceIsSpreadOverAllLoops() {
        // Given
        LoopPlacement placement = new LoopPlacement(LOOPS);

        // When
        int[] chosen = IntStream.range(0, 3_000).map(_ -> placement.choose()).toArray();

        // Then
        for (int loop = 0; loop < LOOPS; loop++) {
            int index = loop;
            assertThat(IntStream.of(chosen).filter(other -> other == index).count())
                    .isBetween(900L, 1_100L);
        }
    }
}
