package dev.reveille.gateway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final List<RuntimeException> faults = new ArrayList<>();
    private final Turns turns = new Turns(faults::add);

    @Test
    void workThatComesInTheMiddleOfOtherWorkIsDoneBehindIt() {
        // Given
        List<String> done = new ArrayList<>();

        // When
        turns.run(() -> {
            turns.run(() -> done.add("second"));
            assertThat(turns.tryEnter()).isFalse();
            done.add("first");
        });

        // Then
        assertThat(done).containsExactly("first", "second");
        assertThat(turns.tryEnter()).isTrue();
        turns.leave();
    }

    @Test
    void workThatFailsDoesNotEndTheTurns() {
        // When
        turns.run(() -> {
            throw new IllegalStateException("a fault");
        });

        // Then
        assertThat(faults).hasSize(1);
        assertThat(turns.tryEnter()).isTrue();
    }

    @Test
    void manyThreadsNeverWorkAtTheSameTimeAndLoseNothing() {
        // Given
        int[] count = {0};
        List<CompletableFuture<Void>> threads = new ArrayList<>();

        // When
        for (int thread = 0; thread < 4; thread++) {
            threads.add(CompletableFuture.runAsync(() -> {
                for (int step = 0; step < 50_000; step++) {
                    if (step % 2 == 0 && turns.tryEnter()) {
                        count[0]++;
                        turns.leave();
                    } else {
                        turns.run(() -> count[0]++);
                    }
                }
            }));
        }
        threads.forEach(CompletableFuture::join);

        // Then
        turns.run(() -> {});
        assertThat(count[0]).isEqualTo(200_000);
    }
}
