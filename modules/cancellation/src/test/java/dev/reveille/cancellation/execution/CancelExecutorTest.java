package dev.reveille.cancellation.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.CancelTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CancelExecutorTest {

    private static final ActorTestKit TEST_KIT = ActorTestKit.create(ManualTime.config());
    private static final ManualTime TIME = ManualTime.get(TEST_KIT.system());
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final ExecutionSettings SETTINGS = new ExecutionSettings(Duration.ofSeconds(60), 3, 5, 4, 6);

    private final BlockingQueue<Errand> errands = new LinkedBlockingQueue<>();
    private final ActorRef<CancelExecutor.Command> executor =
            TEST_KIT.spawn(CancelExecutor.create(this::carry, SETTINGS));
    private final CancelDelivery delivery = CancelExecutor.delivery(executor, SETTINGS);

    private record Errand(CancelTarget target, CompletableFuture<Done> end) {

        void isDone() {
            end.complete(Done.getInstance());
        }
    }

    @AfterEach
    void stop() {
        TEST_KIT.stop(executor);
    }

    @AfterAll
    static void shutDown() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void whoAsksHearsWhenTheComputeHasHeard() {
        // Given
        CompletionStage<Done> ended = delivery.deliver(target(1, 1));
        Errand errand = next();
        boolean before = ended.toCompletableFuture().isDone();

        // When
        errand.isDone();

        // Then
        assertThat(before).isFalse();
        assertThat(ended).succeedsWithin(SOON);
        assertThat(errand.target()).isEqualTo(target(1, 1));
    }

    @Test
    void aFailureIsPassedOnAndItsPlaceIsFreeAgain() {
        // Given
        List<CompletionStage<Done>> stages = asksFor(1, 3);
        CompletionStage<Done> fourth = delivery.deliver(target(1, 4));
        List<Errand> under = next(3);

        // When
        for (Errand errand : under) {
            if (errand.target().equals(target(1, 1))) {
                errand.end().completeExceptionally(new IllegalStateException("refused"));
            }
        }

        // Then
        assertThat(stages.getFirst()).failsWithin(SOON).withThrowableThat().withMessageContaining("refused");
        next().isDone();
        assertThat(fourth).succeedsWithin(SOON);
    }

    @Test
    void aDeliveryThatBreaksIsOnlyItsOwnMisfortune() {
        // Given
        ActorRef<CancelExecutor.Command> fragile = TEST_KIT.spawn(CancelExecutor.create(
                target -> {
                    if (target.processId() == 1) {
                        throw new IllegalStateException("broken");
                    }
                    return CompletableFuture.completedFuture(Done.getInstance());
                },
                new ExecutionSettings(SOON, 1, 1, 4, 4)));
        CancelDelivery through = CancelExecutor.delivery(fragile, SETTINGS);

        // When
        CompletionStage<Done> broken = through.deliver(target(1, 1));
        CompletionStage<Done> sound = through.deliver(target(1, 2));

        // Then
        assertThat(broken).failsWithin(SOON);
        assertThat(sound).succeedsWithin(SOON);
    }

    @Test
    void aComputeThatDoesNotAnswerIsGivenUp() {
        // Given
        CompletionStage<Done> ended = delivery.deliver(target(1, 1));
        next();

        // When
        TIME.timePasses(SETTINGS.deadline());

        // Then
        assertThat(ended).failsWithin(SOON).withThrowableThat().withMessageContaining("in time");
    }

    @Test
    void aComputeIsNeverCrowdedAndDelaysNoOther() {
        // Given
        asksFor(1, 5);
        List<Errand> first = next(3);

        // When
        delivery.deliver(target(2, 1));

        // Then
        assertThat(next().target()).isEqualTo(target(2, 1));
        assertThat(errands).isEmpty();
        first.forEach(Errand::isDone);
        assertThat(next(2)).extracting(errand -> errand.target().processId()).containsExactlyInAnyOrder(4, 5);
    }

    @Test
    void theNodeAsAWholeHasALimitAndComputesTakeTurns() {
        // Given
        asksFor(1, 3);
        asksFor(2, 2);
        List<Errand> first = next(5);
        asksFor(3, 2);
        asksFor(4, 2);

        // When
        first.getFirst().isDone();
        first.getLast().isDone();

        // Then
        assertThat(next(2))
                .extracting(errand -> errand.target().address().getPort())
                .containsExactlyInAnyOrder(3, 4);
        assertThat(errands).isEmpty();
    }

    @Test
    void moreThanMayWaitAreDropped() {
        // Given
        asksFor(1, 3 + 4);

        // When
        CompletionStage<Done> oneMore = delivery.deliver(target(1, 99));

        // Then
        assertThat(oneMore).failsWithin(SOON).withThrowableThat().withMessageContaining("too many");
        assertThat(next(3)).hasSize(3);
    }

    @Test
    void whoWaitedTooLongIsNotCarriedOutAnyMore() {
        // Given
        ExecutionSettings hasty = new ExecutionSettings(Duration.ofMillis(50), 3, 5, 4, 6);
        CancelDelivery impatient = CancelExecutor.delivery(executor, hasty);
        asksFor(1, 3);
        List<Errand> first = next(3);
        CompletionStage<Done> waited = impatient.deliver(target(1, 4));
        assertThat(waited).failsWithin(SOON);

        // When
        first.forEach(Errand::isDone);
        delivery.deliver(target(1, 5));

        // Then
        assertThat(next().target()).isEqualTo(target(1, 5));
    }

    /** Or the session's next query would begin while the cancellation is still on its way to the compute. */
    @Test
    void whatHasBegunIsWaitedForToItsEnd() {
        // Given
        ExecutionSettings hasty = new ExecutionSettings(Duration.ofMillis(500), 3, 5, 4, 6);
        CancelDelivery impatient = CancelExecutor.delivery(executor, hasty);
        CompletionStage<Done> asked = impatient.deliver(target(1, 1));
        Errand underWay = next();
        asksFor(1, 3);
        next(2);

        // When
        CompletionStage<Done> waits = impatient.deliver(target(1, 4));
        assertThat(waits).failsWithin(SOON).withThrowableThat().withMessageContaining("waited too long");

        // Then
        assertThat(asked.toCompletableFuture()).isNotDone();
        underWay.isDone();
        assertThat(asked).succeedsWithin(SOON);
    }

    @Test
    void identicalOnesThatWaitAreDeliveredOnce() {
        // Given
        asksFor(1, 3);
        List<Errand> first = next(3);
        List<CompletionStage<Done>> same =
                List.of(delivery.deliver(target(1, 4)), delivery.deliver(target(1, 4)), delivery.deliver(target(1, 4)));

        // When
        first.forEach(Errand::isDone);
        next().isDone();

        // Then
        assertThat(same).allSatisfy(stage -> assertThat(stage).succeedsWithin(SOON));
        assertThat(errands).isEmpty();
    }

    /** The first may have been heard before the query began that the others are meant for. */
    @Test
    void thoseThatComeWhileTheSameIsUnderWayAreDeliveredOnceMoreAndNotBeside() {
        // Given
        CompletionStage<Done> first = delivery.deliver(target(1, 1));
        Errand underWay = next();
        List<CompletionStage<Done>> later = List.of(delivery.deliver(target(1, 1)), delivery.deliver(target(1, 1)));
        delivery.deliver(target(1, 2));
        assertThat(next().target()).isEqualTo(target(1, 2));
        boolean besides = !errands.isEmpty();

        // When
        underWay.isDone();
        Errand again = next();
        again.isDone();

        // Then
        assertThat(besides).isFalse();
        assertThat(again.target()).isEqualTo(target(1, 1));
        assertThat(first).succeedsWithin(SOON);
        assertThat(later).allSatisfy(stage -> assertThat(stage).succeedsWithin(SOON));
        assertThat(errands).isEmpty();
    }

    @Test
    void whatWasBegunIsCompletedBeforeTheNodeLeaves() {
        // Given
        TestProbe<CancelExecutor.Drained> drained = TEST_KIT.createTestProbe();
        asksFor(1, 4);
        List<Errand> first = next(3);

        // When
        executor.tell(new CancelExecutor.Drain(drained.getRef()));
        first.forEach(Errand::isDone);
        Errand last = next();
        drained.expectNoMessage(Duration.ZERO);
        last.isDone();

        // Then
        drained.expectMessageClass(CancelExecutor.Drained.class);
    }

    @Test
    void anExecutorWithNothingToDoIsDrainedAtOnce() {
        // Given
        TestProbe<CancelExecutor.Drained> drained = TEST_KIT.createTestProbe();

        // When
        executor.tell(new CancelExecutor.Drain(drained.getRef()));

        // Then
        drained.expectMessageClass(CancelExecutor.Drained.class);
    }

    private CompletionStage<Done> carry(CancelTarget target) {
        Errand errand = new Errand(target, new CompletableFuture<>());
        errands.add(errand);
        return errand.end();
    }

    private List<CompletionStage<Done>> asksFor(int compute, int count) {
        List<CompletionStage<Done>> stages = new ArrayList<>();
        for (int processId = 1; processId <= count; processId++) {
            stages.add(delivery.deliver(target(compute, processId)));
        }
        return stages;
    }

    private Errand next() {
        try {
            Errand errand = errands.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(errand).as("the next delivery").isNotNull();
            return errand;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** The next deliveries, in the order in which they were begun. */
    private List<Errand> next(int count) {
        List<Errand> begun = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            begun.add(next());
        }
        return begun;
    }

    private static CancelTarget target(int compute, int processId) {
        return new CancelTarget(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), compute),
                CancelTarget.Security.CLEAR,
                "compute",
                processId,
                ByteString.fromInts(1, 2, 3, 4));
    }
}
