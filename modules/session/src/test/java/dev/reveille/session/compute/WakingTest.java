package dev.reveille.session.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.fakes.HandTicker;
import dev.reveille.session.fakes.ScriptedControlPlane;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Endpoints wake their computes: once for everybody, again where that makes sense, and not for ever. */
class WakingTest {

    private static final ActorTestKit TEST_KIT = ActorTestKit.create(ManualTime.config());
    private static final ManualTime TIME = ManualTime.get(TEST_KIT.system());

    private static final EndpointKey BLUE = EndpointKey.of(new EndpointId("blue"));
    private static final EndpointKey GREEN = EndpointKey.of(new EndpointId("green"));
    private static final EndpointKey RED = EndpointKey.of(new EndpointId("red"));
    private static final Compute HERE = compute(5432);
    private static final Compute THERE = compute(5433);
    private static final Duration CALL_MAX = Duration.ofSeconds(65);
    private static final Duration REFUSED_FOR = Duration.ofSeconds(30);
    private static final Duration IDLE_MAX = Duration.ofMinutes(4);
    private static final EndpointSettings SETTINGS = new EndpointSettings(
            new RetryPolicy(8, Duration.ofMillis(100), 1.6, 0), CALL_MAX, REFUSED_FOR, IDLE_MAX, 2, 1000);
    private static final Duration JUST_BEFORE = Duration.ofMillis(-1);

    private final ScriptedControlPlane controlPlane = new ScriptedControlPlane();
    private final ReadyComputes ready = new ReadyComputes(100, IDLE_MAX, new HandTicker());
    private final ActorRef<Endpoints.Command> endpoints =
            TEST_KIT.spawn(Endpoints.create(controlPlane, ready, SETTINGS));
    private final TestProbe<ComputeAnswer> asker = TEST_KIT.createTestProbe();

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    // ---- one wake ----

    @Test
    void aSleepingComputeIsWokenAndFound() {
        // When
        find(BLUE);
        controlPlane.isToWake().answer().complete(HERE);

        // Then
        ComputeAnswer.Found found = isFound();
        assertThat(found.known().compute()).isEqualTo(HERE);
        assertThat(found.woken()).isTrue();
        assertThat(ready.find(BLUE)).contains(found.known());
    }

    @Test
    void aThousandSessionsCauseOneWake() {
        // Given
        for (int session = 0; session < 1000; session++) {
            find(BLUE);
        }
        ScriptedControlPlane.Wake wake = controlPlane.isToWake();

        // When
        wake.answer().complete(HERE);

        // Then
        for (int session = 0; session < 1000; session++) {
            assertThat(isFound().known().compute()).isEqualTo(HERE);
        }
        assertThat(controlPlane.wakeCalls()).isEqualTo(1);
    }

    @Test
    void theSessionThatCausedTheWakeMayLeaveWithoutHarmToTheOthers() {
        // Given
        TestProbe<ComputeAnswer> leader = TEST_KIT.createTestProbe();
        endpoints.tell(new Endpoints.Find(BLUE, SessionId.random(), leader.getRef()));
        ScriptedControlPlane.Wake wake = controlPlane.isToWake();
        find(BLUE);

        // When
        leader.stop();
        wake.answer().complete(HERE);

        // Then
        assertThat(isFound().known().compute()).isEqualTo(HERE);
        assertThat(controlPlane.wakeCalls()).isEqualTo(1);
    }

    @Test
    void whoAsksForAnAwakeComputeCausesNoWake() {
        // Given
        find(BLUE);
        controlPlane.isToWake().answer().complete(HERE);
        isFound();

        // When
        find(BLUE);

        // Then
        assertThat(isFound().woken()).isFalse();
        assertThat(controlPlane.wakeCalls()).isEqualTo(1);
    }

    @Test
    void endpointsAreWokenIndependently() {
        // When
        find(BLUE);
        find(GREEN);

        // Then
        assertThat(List.of(
                        controlPlane.isToWake().key(), controlPlane.isToWake().key()))
                .containsExactlyInAnyOrder(BLUE, GREEN);
    }

    @Test
    void oneWaiterMoreThanMayWaitIsToldSo() {
        // Given
        for (int session = 0; session < SETTINGS.waitersMax(); session++) {
            find(BLUE);
        }
        ScriptedControlPlane.Wake wake = controlPlane.isToWake();

        // When
        find(BLUE);

        // Then
        assertThat(isUnavailable().retryable()).isTrue();
        wake.answer().complete(HERE);
        isFound();
    }

    // ---- blame ----

    @Test
    void aHundredReportsOfOneStaleAddressCauseOneWake() {
        // Given
        find(BLUE);
        controlPlane.isToWake().answer().complete(HERE);
        long stale = isFound().known().generation();

        // When
        for (int session = 0; session < 100; session++) {
            endpoints.tell(new Endpoints.Blame(BLUE, stale));
            find(BLUE);
        }
        controlPlane.isToWake().answer().complete(THERE);

        // Then
        for (int session = 0; session < 100; session++) {
            assertThat(isFound().known().compute()).isEqualTo(THERE);
        }
        assertThat(controlPlane.wakeCalls()).isEqualTo(2);
        assertThat(ready.spuriousHits()).isEqualTo(1);
    }

    @Test
    void aReportThatComesLateDoesNotThrowAwayTheNewerAddress() {
        // Given
        find(BLUE);
        controlPlane.isToWake().answer().complete(HERE);
        long stale = isFound().known().generation();
        endpoints.tell(new Endpoints.Blame(BLUE, stale));
        find(BLUE);
        controlPlane.isToWake().answer().complete(THERE);
        isFound();

        // When
        endpoints.tell(new Endpoints.Blame(BLUE, stale));
        find(BLUE);

        // Then
        assertThat(isFound().known().compute()).isEqualTo(THERE);
        assertThat(controlPlane.wakeCalls()).isEqualTo(2);
    }

    // ---- refusals ----

    @Test
    void aFailureThatMayPassIsRetriedEightTimesAtMost() {
        // Given
        find(BLUE);
        controlPlane.isToWake().answer().completeExceptionally(ControlPlaneFailure.passing("busy"));
        for (int retry = 1; retry < 8; retry++) {
            wokenAgain().answer().completeExceptionally(ControlPlaneFailure.passing("busy"));
        }

        // When
        wokenAgain().answer().completeExceptionally(ControlPlaneFailure.passing("still busy"));

        // Then
        assertThat(isUnavailable()).hasMessage("still busy");
        assertThat(controlPlane.wakeCalls()).isEqualTo(9);
    }

    @Test
    void aRetryThatSucceedsServesEverybody() {
        // Given
        find(BLUE);
        find(BLUE);
        controlPlane.isToWake().answer().completeExceptionally(ControlPlaneFailure.passing("busy"));

        // When
        wokenAgain().answer().complete(HERE);

        // Then
        isFound();
        isFound();
    }

    @Test
    void aRefusalThatNothingWillMendIsNotRetried() {
        // When
        find(BLUE);
        controlPlane.isToWake().answer().completeExceptionally(ControlPlaneFailure.fatal("no such endpoint"));

        // Then
        assertThat(isUnavailable()).hasMessage("no such endpoint");
        assertThat(controlPlane.wakeCalls()).isEqualTo(1);
    }

    @Test
    void aRefusalIsBelievedForAWhileAndThenAskedAgain() {
        // Given
        find(BLUE);
        controlPlane.isToWake().answer().completeExceptionally(ControlPlaneFailure.fatal("quota"));
        isUnavailable();
        find(BLUE);
        isUnavailable();

        // When
        TIME.timePasses(REFUSED_FOR.plus(JUST_BEFORE));
        find(BLUE);
        ControlPlaneFailure believed = isUnavailable();
        int callsWhileBelieved = controlPlane.wakeCalls();
        TIME.timePasses(Duration.ofMillis(1));
        find(BLUE);
        controlPlane.isToWake().answer().complete(HERE);

        // Then
        assertThat(believed).hasMessage("quota");
        assertThat(callsWhileBelieved).isEqualTo(1);
        isFound();
    }

    @Test
    void aFailureThatMayPassIsNotRememberedOnceItsRetriesAreUsedUp() {
        // Given
        Endpoints.Command find = new Endpoints.Find(BLUE, SessionId.random(), asker.getRef());
        ActorRef<Endpoints.Command> impatient = TEST_KIT.spawn(Endpoints.create(
                controlPlane,
                ready,
                new EndpointSettings(
                        new RetryPolicy(0, Duration.ofMillis(100), 1.6, 0), CALL_MAX, REFUSED_FOR, IDLE_MAX, 2, 10)));
        impatient.tell(find);
        controlPlane.isToWake().answer().completeExceptionally(ControlPlaneFailure.passing("busy"));
        isUnavailable();

        // When
        impatient.tell(find);
        controlPlane.isToWake().answer().complete(HERE);

        // Then
        isFound();
    }

    @Test
    void aControlPlaneThatDoesNotAnswerIsGivenUp() {
        // Given
        find(BLUE);
        controlPlane.isToWake();

        // When
        TIME.timePasses(CALL_MAX);

        // Then
        assertThat(isUnavailable()).hasMessageContaining("no answer within");
    }

    @Test
    void anAnswerThatIsNoRefusalIsAFaultOfTheControlPlane() {
        // When
        find(BLUE);
        controlPlane.isToWake().answer().completeExceptionally(new IllegalStateException("a bug"));

        // Then
        ControlPlaneFailure failure = isUnavailable();
        assertThat(failure.retryable()).isFalse();
        assertThat(failure.clientText()).isEqualTo("Control plane request failed");
    }

    @Test
    void aControlPlaneThatThrowsInsteadOfAnsweringLeavesNobodyWaiting() {
        // Given
        ControlPlane thrower = new ControlPlane() {
            @Override
            public CompletionStage<AccessControl> accessControl(SessionId session, EndpointId endpoint, RoleName role) {
                throw new IllegalStateException("a bug");
            }

            @Override
            public CompletionStage<Compute> wake(SessionId session, EndpointKey key) {
                throw new IllegalStateException("a bug");
            }
        };

        // When
        TEST_KIT.spawn(Endpoints.create(thrower, ready, SETTINGS))
                .tell(new Endpoints.Find(BLUE, SessionId.random(), asker.getRef()));

        // Then
        assertThat(isUnavailable().retryable()).isFalse();
    }

    // ---- many endpoints ----

    @Test
    void theEndpointThatWasAskedForLongestAgoMakesRoom() {
        // Given
        refuse(BLUE);
        refuse(GREEN);
        refuse(RED);

        // When
        find(GREEN);
        isUnavailable();
        int callsForWhoIsRemembered = controlPlane.wakeCalls();
        find(BLUE);

        // Then
        assertThat(callsForWhoIsRemembered).isEqualTo(3);
        assertThat(controlPlane.isToWake().key())
                .as("its refusal was forgotten")
                .isEqualTo(BLUE);
    }

    @Test
    void anEndpointThatMakesRoomWhileItWakesStillAnswersWhoWaits() {
        // Given
        find(BLUE);
        ScriptedControlPlane.Wake wake = controlPlane.isToWake();
        refuse(GREEN);
        refuse(RED);

        // When
        wake.answer().complete(HERE);

        // Then
        assertThat(isFound().known().compute()).isEqualTo(HERE);
    }

    @Test
    void anEndpointThatNobodyAsksForLeaves() throws InterruptedException {
        // Given
        BlockingQueue<String> offers = new LinkedBlockingQueue<>();
        ActorRef<Endpoint.Command> endpoint =
                TEST_KIT.spawn(Endpoint.create(BLUE, controlPlane, ready, SETTINGS, () -> offers.add("may I go?")));
        endpoint.tell(new Endpoint.Find(SessionId.random(), asker.getRef()));
        controlPlane.isToWake().answer().complete(HERE);
        isFound();

        // When
        Optional<String> offer = Optional.empty();
        for (int tries = 0; tries < 200 && offer.isEmpty(); tries++) {
            TIME.timePasses(IDLE_MAX);
            offer = Optional.ofNullable(offers.poll(50, TimeUnit.MILLISECONDS));
        }
        endpoint.tell(Endpoint.Retire.INSTANCE);

        // Then
        asker.expectTerminated(endpoint);
        assertThat(offer).contains("may I go?");
    }

    private ScriptedControlPlane.Wake wokenAgain() {
        return controlPlane.isToWakeAfter(() -> TIME.timePasses(Duration.ofSeconds(2)));
    }

    private void refuse(EndpointKey key) {
        find(key);
        controlPlane.isToWake().answer().completeExceptionally(ControlPlaneFailure.fatal("no"));
        isUnavailable();
    }

    private void find(EndpointKey key) {
        endpoints.tell(new Endpoints.Find(key, SessionId.random(), asker.getRef()));
    }

    private ComputeAnswer.Found isFound() {
        return asker.expectMessageClass(ComputeAnswer.Found.class);
    }

    private ControlPlaneFailure isUnavailable() {
        return asker.expectMessageClass(ComputeAnswer.Unavailable.class).failure();
    }

    private static Compute compute(int port) {
        return new Compute(new ComputeAddress("127.0.0.1", port), ComputeTls.DISABLED, false);
    }
}
