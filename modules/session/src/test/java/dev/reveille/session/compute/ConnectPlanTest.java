package dev.reveille.session.compute;

import static dev.reveille.session.compute.DialFailure.Reason.BROKEN;
import static dev.reveille.session.compute.DialFailure.Reason.NO_PERMIT;
import static dev.reveille.session.compute.DialFailure.Reason.TLS_FAILED;
import static dev.reveille.session.compute.DialFailure.Reason.TLS_REFUSED;
import static dev.reveille.session.compute.DialFailure.Reason.UNREACHABLE;
import static dev.reveille.session.compute.DialFailure.Reason.UNRESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.session.compute.DialFailure.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The scripts H2 to H14 of spec 02 (b), as far as they are about connecting; wakes have a counter of their own here. */
class ConnectPlanTest {

    private static final RetryPolicy POLICY = new RetryPolicy(5, Duration.ofSeconds(1), 2, 0);

    @Test
    void aStaleAddressIsAskedForAfreshAtOnce() {
        assertThat(steps(UNREACHABLE)).containsExactly("find again");
    }

    @ParameterizedTest
    @EnumSource(names = {"UNRESOLVED", "BROKEN", "TLS_FAILED"})
    void evenWhatIsNotWorthRetryingGetsOneFreshAddress(Reason reason) {
        assertThat(steps(reason)).containsExactly("find again");
    }

    @ParameterizedTest
    @EnumSource(names = {"UNRESOLVED", "BROKEN", "TLS_FAILED"})
    void whatIsNotWorthRetryingEndsItAtTheFreshAddress(Reason reason) {
        assertThat(steps(UNREACHABLE, reason)).containsExactly("find again", "give up");
    }

    @Test
    void aLackOfPermitsEndsItAtOnceAndBlamesNoAddress() {
        assertThat(steps(NO_PERMIT)).containsExactly("give up");
    }

    @Test
    void aFreshAddressIsDialledFiveTimesWithGrowingPausesAndThenGivenUp() {
        // When
        List<String> steps = steps(UNREACHABLE, UNREACHABLE, UNREACHABLE, UNREACHABLE, UNREACHABLE, UNREACHABLE);

        // Then: six connects in all, fifteen seconds of pauses
        assertThat(steps)
                .containsExactly(
                        "find again",
                        "dial again after PT1S",
                        "dial again after PT2S",
                        "dial again after PT4S",
                        "dial again after PT8S",
                        "give up");
    }

    @Test
    void anAddressIsAskedForAfreshOnlyOnce() {
        assertThat(steps(UNREACHABLE, TLS_REFUSED, UNREACHABLE).stream().filter("find again"::equals))
                .hasSize(1);
    }

    @Test
    void aFaultThatCannotBeMendedEndsTheRetriesOfAFreshAddress() {
        assertThat(steps(UNREACHABLE, UNREACHABLE, TLS_FAILED))
                .containsExactly("find again", "dial again after PT1S", "give up");
        assertThat(steps(UNREACHABLE, UNREACHABLE, BROKEN)).endsWith("give up");
        assertThat(steps(UNREACHABLE, UNREACHABLE, UNRESOLVED)).endsWith("give up");
    }

    @Test
    void aPolicyWithoutRetriesStillGetsOneFreshAddress() {
        // Given
        ConnectPlan plan = ConnectPlan.of(new RetryPolicy(0, Duration.ofSeconds(1), 2, 0));

        // When
        ConnectPlan.FindAgain first = (ConnectPlan.FindAgain) plan.after(UNREACHABLE, 0);

        // Then
        assertThat(first.plan().after(UNREACHABLE, 0)).isEqualTo(new ConnectPlan.GiveUp());
    }

    private static List<String> steps(Reason... failures) {
        List<String> steps = new ArrayList<>();
        ConnectPlan plan = ConnectPlan.of(POLICY);
        for (Reason failure : failures) {
            switch (plan.after(failure, 0.5)) {
                case ConnectPlan.FindAgain(ConnectPlan next) -> {
                    steps.add("find again");
                    plan = next;
                }
                case ConnectPlan.DialAgain(ConnectPlan next, Duration pause) -> {
                    steps.add("dial again after " + pause);
                    plan = next;
                }
                case ConnectPlan.GiveUp() -> steps.add("give up");
            }
        }
        return steps;
    }
}
