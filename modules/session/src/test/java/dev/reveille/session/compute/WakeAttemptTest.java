package dev.reveille.session.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.SessionId;
import dev.reveille.session.fakes.ScriptedControlPlane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.Effect;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.junit.jupiter.api.Test;

/** The pauses of one attempt, to the millisecond. */
class WakeAttemptTest {

    private static final EndpointKey BLUE = EndpointKey.of(new EndpointId("blue"));
    private static final Compute HERE = new Compute(new ComputeAddress("127.0.0.1", 5432), ComputeTls.DISABLED, true);
    private static final EndpointSettings SETTINGS = new EndpointSettings(
            new RetryPolicy(8, Duration.ofMillis(100), 1.6, 0),
            Duration.ofSeconds(65),
            Duration.ofSeconds(30),
            Duration.ofMinutes(4),
            10,
            10);

    private final ScriptedControlPlane controlPlane = new ScriptedControlPlane();
    private final List<WakeAttempt.Outcome> outcomes = new ArrayList<>();
    private final BehaviorTestKit<WakeAttempt.Command> attempt =
            BehaviorTestKit.create(WakeAttempt.create(controlPlane, SessionId.random(), BLUE, SETTINGS, outcomes::add));

    @Test
    void anAnswerEndsTheAttempt() {
        // When
        controlPlane.isToWake().answer().complete(HERE);
        attempt.runOne();

        // Then
        assertThat(outcomes).containsExactly(new WakeAttempt.Woken(HERE));
        assertThat(attempt.isAlive()).isFalse();
    }

    @Test
    void everyCallHasItsDeadline() {
        assertThat(timers().getFirst().delay().toMillis())
                .isEqualTo(SETTINGS.callMax().toMillis());
    }

    @Test
    void theFirstPausesGrowAsTheSpecSays() {
        // When
        List<Long> pauses = new ArrayList<>();
        for (int call = 0; call < 4; call++) {
            timers();
            controlPlane.isToWake().answer().completeExceptionally(ControlPlaneFailure.passing("busy"));
            attempt.runOne();
            Effect.TimerScheduled<?> pause = timers().getLast();
            pauses.add(pause.delay().toMillis());
            pause.send().apply();
            attempt.runOne();
        }

        // Then
        assertThat(pauses).containsExactly(62L, 100L, 160L, 256L);
        assertThat(outcomes).isEmpty();
    }

    @Test
    void theControlPlaneSaysWhenToComeBackAndIsObeyed() {
        // Given
        timers();

        // When
        controlPlane
                .isToWake()
                .answer()
                .completeExceptionally(
                        new ControlPlaneFailure("busy", "busy", true, Optional.of(Duration.ofMillis(500))));
        attempt.runOne();

        // Then
        assertThat(timers().getLast().delay().toMillis()).isEqualTo(500);
    }

    @Test
    void whoIsToComeBackMuchLaterIsNotKeptWaiting() {
        // Given
        ControlPlaneFailure muchLater =
                new ControlPlaneFailure("maintenance", "maintenance", true, Optional.of(Duration.ofMinutes(10)));

        // When
        controlPlane.isToWake().answer().completeExceptionally(muchLater);
        attempt.runOne();

        // Then
        assertThat(outcomes).containsExactly(new WakeAttempt.Refused(muchLater));
        assertThat(attempt.isAlive()).isFalse();
    }

    @Test
    void theDeadlineOfACallDoesNotRunOnDuringAPause() {
        // Given
        Effect.TimerScheduled<?> deadline = timers().getFirst();

        // When
        controlPlane.isToWake().answer().completeExceptionally(ControlPlaneFailure.passing("busy"));
        attempt.runOne();

        // Then
        assertThat(attempt.getAllEffects())
                .filteredOn(Effect.TimerCancelled.class::isInstance)
                .map(effect -> ((Effect.TimerCancelled) effect).key())
                .containsExactly(deadline.key());
    }

    private List<Effect.TimerScheduled<?>> timers() {
        List<Effect.TimerScheduled<?>> timers = new ArrayList<>();
        for (Effect effect : attempt.getAllEffects()) {
            if (effect instanceof Effect.TimerScheduled<?> timer) {
                timers.add(timer);
            }
        }
        return timers;
    }
}
