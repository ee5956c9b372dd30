package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.PasswordSource.Password;
import io.lettuce.core.RedisCredentials;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class PasswordRotationTest {

    private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final Duration FRESH = Duration.ofMinutes(10);

    private final TestProbe<CompletableFuture<Password>> asked = KIT.createTestProbe();
    private final TestProbe<String> changed = KIT.createTestProbe();
    private final CurrentPassword current = new CurrentPassword(Optional.empty());
    private final ActorRef<PasswordRotation.Command> rotation = KIT.spawn(
            PasswordRotation.create(this::ask, current, () -> changed.getRef().tell(password())));

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void theFirstPasswordIsAskedForAtOnce() {
        // When
        asked.receiveMessage().complete(fresh("first"));

        // Then
        changed.expectMessage("first");
    }

    @Test
    void aPasswordIsAskedForAgainBeforeItEnds() {
        // Given
        asked.receiveMessage().complete(fresh("first"));
        changed.expectMessage("first");

        // When
        TIME.expectNoMessageFor(FRESH.minusMillis(1), asked);
        TIME.timePasses(Duration.ofMillis(1));
        asked.receiveMessage().complete(fresh("second"));

        // Then
        changed.expectMessage("second");
    }

    @Test
    void thePasswordThatIsKnownAlreadyIsNoChange() {
        // Given
        asked.receiveMessage().complete(fresh("first"));
        changed.expectMessage("first");

        // When
        TIME.timePasses(FRESH);
        asked.receiveMessage().complete(fresh("first"));
        TIME.timePasses(FRESH);
        asked.receiveMessage().complete(fresh("second"));

        // Then
        changed.expectMessage("second");
    }

    @Test
    void afterAFailureThePauseGrowsToAMinuteAndTheOldPasswordStays() {
        // Given
        asked.receiveMessage().complete(fresh("first"));
        changed.expectMessage("first");
        TIME.timePasses(FRESH);

        // When: each pause is between four fifths and the whole of 1, 2, 4, … 60 seconds.
        for (int seconds : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            asked.receiveMessage().completeExceptionally(new IllegalStateException("no token today"));
            awaitRest();
            TIME.expectNoMessageFor(Duration.ofMillis(seconds * 800L - 1), asked);
            TIME.timePasses(Duration.ofMillis(seconds * 200L + 1));
        }

        // Then
        assertThat(password()).isEqualTo("first");
        asked.receiveMessage().complete(fresh("second"));
        changed.expectMessage("second");
    }

    @Test
    void aRefusalByRedisAsksForThePasswordAtOnce() {
        // Given
        asked.receiveMessage().complete(fresh("first"));
        changed.expectMessage("first");

        // When
        rotation.tell(PasswordRotation.Fetch.NOW);
        asked.receiveMessage().complete(fresh("second"));

        // Then
        changed.expectMessage("second");
    }

    @Test
    void whileItIsAskedForNobodyAsksTwice() {
        // Given
        CompletableFuture<Password> first = asked.receiveMessage();

        // When
        rotation.tell(PasswordRotation.Fetch.NOW);
        rotation.tell(PasswordRotation.Fetch.NOW);
        first.complete(fresh("first"));

        // Then
        changed.expectMessage("first");
        asked.expectNoMessage(Duration.ZERO);
    }

    private CompletableFuture<Password> ask() {
        CompletableFuture<Password> answer = new CompletableFuture<>();
        asked.getRef().tell(answer);
        return answer;
    }

    /** The pause has begun when the actor has heard of the failure and answers again. */
    private void awaitRest() {
        changed.awaitAssert(() -> null);
    }

    private String password() {
        RedisCredentials credentials = current.resolveCredentials().block();
        return new String(credentials.getPassword());
    }

    private static Password fresh(String value) {
        return new Password(value, Optional.of(FRESH));
    }
}
