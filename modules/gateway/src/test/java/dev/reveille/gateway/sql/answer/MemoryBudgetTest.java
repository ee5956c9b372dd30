package dev.reveille.gateway.sql.answer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

    private final MemoryBudget budget = new MemoryBudget(100_000);

    @Test
    void sharesTogetherNeverHoldMoreThanThereIs() {
        // Given
        MemoryBudget.Share one = budget.open();
        MemoryBudget.Share other = budget.open();

        // Then
        assertThat(one.hold(60_000)).isTrue();
        assertThat(other.hold(50_000)).isFalse();
        assertThat(other.hold(40_000)).isTrue();
        assertThat(one.hold(60_001)).isFalse();
        assertThat(one.hold(20_000)).isTrue();
        assertThat(other.hold(80_000)).isTrue();
        assertThat(budget.held()).isEqualTo(100_000);
    }

    @Test
    void aShareThatIsClosedGivesBackAllOnceAndTakesNothingMore() {
        // Given
        MemoryBudget.Share share = budget.open();
        share.hold(60_000);

        // When
        share.close();
        share.close();

        // Then
        assertThat(budget.held()).isZero();
        assertThat(share.hold(50_000)).isFalse();
        assertThat(budget.held()).isZero();
    }
}
