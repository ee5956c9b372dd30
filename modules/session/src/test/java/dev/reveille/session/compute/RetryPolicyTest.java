package dev.reveille.session.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The derived numbers of spec 02 (a). */
class RetryPolicyTest {

    private static final double MIDDLE = 0.5;

    @Test
    void eightWakesAreRetriedWithin4369Point8Milliseconds() {
        // When
        List<Double> pauses = IntStream.range(0, 20)
                .filter(RetryPolicy.WAKE::allows)
                .mapToObj(counter -> millis(RetryPolicy.WAKE.delay(counter, MIDDLE)))
                .toList();

        // Then
        assertThat(pauses).hasSize(8);
        assertThat(pauses.getFirst()).isCloseTo(62.5, within(0.01));
        assertThat(pauses.get(1)).isCloseTo(100, within(0.01));
        assertThat(pauses.get(2)).isCloseTo(160, within(0.01));
        assertThat(pauses.getLast()).isCloseTo(1677.7, within(0.1));
        assertThat(pauses.stream().mapToDouble(pause -> pause).sum()).isCloseTo(4369.8, within(0.5));
    }

    @Test
    void fourPausesBetweenConnectsMakeThreeSeconds() {
        // When
        double sum = IntStream.rangeClosed(1, 4)
                .mapToDouble(counter -> millis(RetryPolicy.CONNECT.delay(counter, MIDDLE)))
                .sum();

        // Then
        assertThat(sum).isCloseTo(3000, within(0.01));
        assertThat(RetryPolicy.CONNECT.allows(4)).isTrue();
        assertThat(RetryPolicy.CONNECT.allows(5)).isFalse();
    }

    @Test
    void withOneSecondAndFactorTwoFourPausesMakeFifteenSeconds() {
        // Given
        RetryPolicy policy = new RetryPolicy(5, Duration.ofSeconds(1), 2, 0);

        // When
        Duration sum = IntStream.rangeClosed(1, 4)
                .mapToObj(counter -> policy.delay(counter, 0.3))
                .reduce(Duration.ZERO, Duration::plus);

        // Then
        assertThat(sum).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void chanceTakesAwayOrAddsAFifthAtMost() {
        assertThat(millis(RetryPolicy.CONNECT.delay(1, 0))).isCloseTo(160, within(0.01));
        assertThat(millis(RetryPolicy.CONNECT.delay(1, 1))).isCloseTo(240, within(0.01));
    }

    private static double millis(Duration pause) {
        return pause.toNanos() / 1e6;
    }
}
