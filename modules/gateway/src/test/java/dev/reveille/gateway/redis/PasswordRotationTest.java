package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.PasswordSource.Password;
import io.lettuce.core.RedisCredentials;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.Effect;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.junit.jupiter.api.Test;

class PasswordRotationTest {

    private static final Duration FRESH = Duration.ofMinutes(10);

    private final Deque<CompletableFuture<Password>> asked = new ArrayDeque<>();
    private final List<String> changes = new ArrayList<>();
    private final CurrentPassword current = new CurrentPassword(Optional.empty());
    private final BehaviorTestKit<PasswordRotation.Command> rotation =
            BehaviorTestKit.create(PasswordRotation.create(this::ask, current, () -> changes.add(password())));

    @Test
    void theFirstPasswordIsAskedForAtOnce() {
        // When
        answer("first");

        // Then
        assertThat(changes).containsExactly("first");
    }

    @Test
    void aPasswordIsAskedForAgainBeforeItEnds() {
        // Given
        answer("first");
        Duration pause = pause();

        // When
        rotation.run(PasswordRotation.Fetch.NOW);
        answer("second");

        // Then
        assertThat(pause).isEqualTo(FRESH);
        assertThat(changes).containsExactly("first", "second");
    }

    @Test
    void thePasswordThatIsKnownAlreadyIsNoChange() {
        // Given
        answer("first");

        // When
        rotation.run(PasswordRotation.Fetch.NOW);
        answer("first");

        // Then
        assertThat(changes).containsExactly("first");
    }

    @Test
    void afterAFailureThePauseGrowsToAMinuteAndTheOldPasswordStays() {
        // Given
        answer("first");
        pause();

        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            // When
            rotation.run(PasswordRotation.Fetch.NOW);
            fail();

            // Then
            assertThat(pause()).isBetween(Duration.ofMillis(seconds * 800L), Duration.ofSeconds(seconds));
            assertThat(password()).isEqualTo("first");
        }
    }

    @Test
    void afterASuccessThePausesBeginAnew() {
        // Given
        fail();
        pause();
        rotation.run(PasswordRotation.Fetch.NOW);
        fail();
        pause();
        rotation.run(PasswordRotation.Fetch.NOW);
        answer("first");
        pause();

        // When
        rotation.run(PasswordRotation.Fetch.NOW);
        fail();

        // Then
        assertThat(pause()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whileItIsAskedForNobodyAsksTwice() {
        // When
        rotation.run(PasswordRotation.Fetch.NOW);
        rotation.run(PasswordRotation.Fetch.NOW);

        // Then
        assertThat(asked).hasSize(1);
    }

    private CompletableFuture<Password> ask() {
        CompletableFuture<Password> question = new CompletableFuture<>();
        asked.add(question);
        return question;
    }

    private void answer(String password) {
        asked.remove().complete(new Password(password, Optional.of(FRESH)));
        rotation.runOne();
    }

    private void fail() {
        asked.remove().completeExceptionally(new IllegalStateException("no token today"));
        rotation.runOne();
    }

    /** How long the rotation has decided to rest since this was asked last. */
    private Duration pause() {
        return rotation.getAllEffects().stream()
                .filter(effect -> effect instanceof Effect.TimerScheduled<?>)
                .map(effect -> ((Effect.TimerScheduled<?>) effect).duration())
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private String password() {
        RedisCredentials credentials = current.resolveCredentials().block();
        return new String(credentials.getPassword());
    }
}
