package dev.reveille.session.interruption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** The right query, or none; for any session, with a wire or without. */
class QueryCancelsTest {

    private static final CancelRecord RECORD = new CancelRecord(
            new CancelTarget(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 5432),
                    CancelTarget.Security.CLEAR,
                    "compute-1",
                    4711,
                    ByteString.fromInts(1, 2, 3, 4)),
            EndpointKey.of(new EndpointId("blue")),
            new RoleName("app"));

    private final ScriptedQueries queries = new ScriptedQueries();
    private final List<CompletableFuture<Done>> deliveries = new ArrayList<>();
    private final List<CompletableFuture<Boolean>> verdicts = new ArrayList<>();
    private final Deque<Runnable> pauses = new ArrayDeque<>();
    private boolean authorityIsSlow;
    private final QueryCancels cancels = new QueryCancels(
            queries, RECORD, this::judge, this::deliver, Duration.ofMillis(250), Runnable::run, this::later);
    private final PendingCancels pending = new PendingCancels(cancels::hear);

    /** One query after the other, numbered from 0. */
    private static final class ScriptedQueries implements RunningQuery {

        private long number;
        private boolean runs;
        private boolean held;

        void begins() {
            assertThat(held).as("the next query is held back").isFalse();
            runs = true;
        }

        void ends() {
            runs = false;
            number++;
        }

        @Override
        public void ask(long nanos, Consumer<OptionalLong> answer) {
            answer.accept(runs ? OptionalLong.of(number) : OptionalLong.empty());
        }

        @Override
        public void hold(long query, Consumer<Boolean> answer) {
            held = runs && number == query;
            answer.accept(held);
        }

        @Override
        public void release() {
            held = false;
        }
    }

    @Test
    void theQueryThatRunsIsCancelled() {
        // Given
        queries.begins();

        // When
        Asked asked = asks();
        boolean before = asked.isAnswered();
        arrives(0);

        // Then
        assertThat(before).isFalse();
        assertThat(asked.isAnswered()).isTrue();
        assertThat(deliveries).hasSize(1);
    }

    @Test
    void whereNoneRunsNothingHappens() {
        // When
        Asked asked = asks();

        // Then
        assertThat(asked.isAnswered()).isTrue();
        assertThat(deliveries).isEmpty();
    }

    @Test
    void aQueryThatEndedWhileTheAuthorityThoughtIsNotFollowedByItsSuccessor() {
        // Given
        authorityIsSlow = true;
        queries.begins();
        Asked asked = asks();
        queries.ends();
        queries.begins();

        // When
        verdicts.getFirst().complete(true);

        // Then
        assertThat(asked.isAnswered()).isTrue();
        assertThat(deliveries).isEmpty();
    }

    @Test
    void whoMayNotIsAnsweredAsIfItHadBeenDone() {
        // Given
        authorityIsSlow = true;
        queries.begins();
        Asked refused = asks();
        Asked unknown = asks();

        // When
        verdicts.getFirst().complete(false);
        verdicts.getLast().completeExceptionally(new IllegalStateException("no control plane"));

        // Then
        assertThat(refused.isAnswered()).isTrue();
        assertThat(unknown.isAnswered()).isTrue();
        assertThat(deliveries).isEmpty();
    }

    @Test
    void whileOneIsOnItsWayTheNextQueryIsHeldBack() {
        // Given
        queries.begins();
        asks();
        queries.ends();
        boolean heldMeanwhile = queries.held;

        // When
        arrives(0);

        // Then
        assertThat(heldMeanwhile).isTrue();
        assertThat(queries.held).isFalse();
    }

    @Test
    void aFailedDeliveryHoldsNobodyBack() {
        // Given
        queries.begins();
        Asked asked = asks();

        // When
        deliveries.getFirst().completeExceptionally(new IllegalStateException("unreachable"));

        // Then
        assertThat(asked.isAnswered()).isTrue();
        assertThat(queries.held).isFalse();
    }

    @Test
    void neverAreTwoOnTheirWayAndWhatWasMeantForAQueryThatIsOverIsDropped() {
        // Given
        queries.begins();
        asks();
        Asked second = asks();
        boolean alone = deliveries.size() == 1;

        // When
        queries.ends();
        arrives(0);
        pauseIsOver();

        // Then
        assertThat(alone).isTrue();
        assertThat(second.isAnswered()).isTrue();
        assertThat(deliveries).hasSize(1);
    }

    @Test
    void identicalOnesWithinThePauseAreCarriedOutTogetherAndOnlyIfTheQueryRunsOn() {
        // Given
        queries.begins();
        asks();
        arrives(0);
        Asked second = asks();
        Asked third = asks();
        int withinThePause = deliveries.size();

        // When
        pauseIsOver();
        arrives(1);

        // Then
        assertThat(withinThePause).isEqualTo(1);
        assertThat(deliveries).hasSize(2);
        assertThat(second.isAnswered()).isTrue();
        assertThat(third.isAnswered()).isTrue();
    }

    @Test
    void thePauseIsForTheSameQueryOnly() {
        // Given
        queries.begins();
        asks();
        arrives(0);
        Asked late = asks();
        queries.ends();
        queries.begins();

        // When
        Asked next = asks();
        arrives(1);

        // Then
        assertThat(next.isAnswered()).isTrue();
        assertThat(late.isAnswered()).as("its query is over").isTrue();
        assertThat(deliveries).hasSize(2);
    }

    @Test
    void theEndOfOnePauseDoesNotShortenTheNext() {
        // Given
        queries.begins();
        asks();
        arrives(0);
        queries.ends();
        queries.begins();
        asks();
        arrives(1);
        asks();

        // When
        pauseIsOver();
        int afterTheFirstPause = deliveries.size();
        pauseIsOver();

        // Then
        assertThat(afterTheFirstPause).isEqualTo(2);
        assertThat(deliveries).hasSize(3);
    }

    @Test
    void aSlowVerdictOverAnOldQueryLeavesTheNewOneAlone() {
        // Given
        authorityIsSlow = true;
        queries.begins();
        Asked old = asks();
        queries.ends();
        queries.begins();
        Asked recent = asks();

        // When
        verdicts.getLast().complete(true);
        verdicts.getFirst().complete(true);
        arrives(0);

        // Then
        assertThat(old.isAnswered()).isTrue();
        assertThat(recent.isAnswered()).isTrue();
        assertThat(deliveries).hasSize(1);
    }

    @Test
    void aClientThatIsGoneNeedsNobodysLeave() {
        // Given
        authorityIsSlow = true;
        queries.begins();

        // When
        cancels.cancelWhatRuns();

        // Then
        assertThat(deliveries).hasSize(1);
        assertThat(verdicts).isEmpty();
    }

    @Test
    void theEndOfTheSessionDoesNotSayThatACancellationOnItsWayIsDone() {
        // Given
        queries.begins();
        Asked onItsWay = asks();
        Asked waiting = asks();

        // When
        pending.close();
        boolean before = onItsWay.isAnswered();
        arrives(0);

        // Then
        assertThat(waiting.isAnswered()).isTrue();
        assertThat(before).isFalse();
        assertThat(onItsWay.isAnswered()).isTrue();
    }

    private static final class Asked {

        private int answers;

        boolean isAnswered() {
            assertThat(answers).isLessThanOrEqualTo(1);
            return answers == 1;
        }
    }

    private Asked asks() {
        Asked asked = new Asked();
        pending.cancel(new CancelOrigin(InetAddress.getLoopbackAddress(), Optional.empty()), () -> asked.answers++);
        return asked;
    }

    private void arrives(int delivery) {
        deliveries.get(delivery).complete(Done.getInstance());
    }

    private void pauseIsOver() {
        pauses.remove().run();
    }

    private CompletionStage<Boolean> judge(CancelRecord record, CancelOrigin origin) {
        if (!authorityIsSlow) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> verdict = new CompletableFuture<>();
        verdicts.add(verdict);
        return verdict;
    }

    private CompletionStage<Done> deliver(CancelTarget target) {
        CompletableFuture<Done> delivery = new CompletableFuture<>();
        deliveries.add(delivery);
        return delivery;
    }

    private void later(Duration pause, Runnable step) {
        pauses.add(step);
    }
}
