package dev.reveille.session.authentication;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramVerifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PasswordCheckersTest {

    private static final EndpointId BLUE = new EndpointId("blue");
    private static final EndpointId GREEN = new EndpointId("green");
    private static final EndpointId RED = new EndpointId("red");
    private static final ByteString SALT = ByteString.fromString("0123456789abcdef");
    private static final ScramVerifier VERIFIER = ScramVerifier.ofPassword("secret", SALT, 4096);
    private static final int WAITING_MAX = 100;

    private final PasswordCheckers checkers = new PasswordCheckers(1, WAITING_MAX);
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void close() {
        held.countDown();
        checkers.close();
    }

    @Test
    void theRightPasswordGivesTheKeysOfTheRole() throws Exception {
        // When
        Optional<ScramKeys> keys = check(BLUE, "secret").get(10, SECONDS);

        // Then
        assertThat(keys.orElseThrow().serverKey()).isEqualTo(VERIFIER.serverKey());
    }

    @Test
    void aWrongPasswordGivesNothing() throws Exception {
        assertThat(check(BLUE, "Secret").get(10, SECONDS)).isEmpty();
    }

    @Test
    void endpointsTakeTurns() throws Exception {
        // Given
        holdTheOnlyThread();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int at = 1; at <= 3; at++) {
            all.add(noted("blue " + at, BLUE));
        }
        all.add(noted("green 1", GREEN));
        all.add(noted("red 1", RED));
        all.add(noted("green 2", GREEN));

        // When
        held.countDown();
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(10, SECONDS);

        // Then
        assertThat(done).containsExactly("blue 1", "green 1", "red 1", "blue 2", "green 2", "blue 3");
    }

    @Test
    void aCheckThatTakesLongLetsOthersGoFirst() throws Exception {
        // Given
        holdTheOnlyThread();
        ScramVerifier slow = new ScramVerifier(
                ScramVerifier.ITERATIONS_MAX, SALT, VERIFIER.storedKey(), VERIFIER.serverKey(), false);
        CompletableFuture<?> slowCheck = checkers.check(BLUE, slow, ByteString.fromString("x"))
                .thenAccept(_ -> done.add("blue"))
                .toCompletableFuture();
        CompletableFuture<?> others =
                CompletableFuture.allOf(noted("green", GREEN), noted("green", GREEN), noted("red", RED));

        // When
        held.countDown();
        CompletableFuture.allOf(slowCheck, others).get(30, SECONDS);

        // Then
        assertThat(done).containsExactly("green", "red", "green", "blue");
    }

    @Test
    void aCheckThatTakesLongIsNotPassedByOthersOfItsEndpoint() throws Exception {
        // Given
        holdTheOnlyThread();
        ScramVerifier slow = new ScramVerifier(100_000, SALT, VERIFIER.storedKey(), VERIFIER.serverKey(), false);
        CompletableFuture<?> slowCheck = checkers.check(BLUE, slow, ByteString.fromString("x"))
                .thenAccept(_ -> done.add("slow"))
                .toCompletableFuture();
        CompletableFuture<?> behind = noted("behind", BLUE);

        // When
        held.countDown();
        CompletableFuture.allOf(slowCheck, behind).get(30, SECONDS);

        // Then
        assertThat(done).containsExactly("slow", "behind");
    }

    @Test
    void oneCheckMoreThanMayWaitIsRefused() {
        // Given
        holdTheOnlyThread();
        for (int waiting = 0; waiting < WAITING_MAX; waiting++) {
            assertThat(check(new EndpointId("e" + waiting), "x")).isNotDone();
        }

        // Then
        assertThatThrownBy(() -> check(BLUE, "secret").get(10, SECONDS))
                .hasCauseInstanceOf(PasswordCheckers.TooManyWaiting.class);
    }

    @Test
    void aPlaceIsFreeAgainWhenAWaitingCheckIsDone() throws Exception {
        // Given
        holdTheOnlyThread();
        CompletableFuture<?> firstOfMany = check(BLUE, "x");
        for (int waiting = 1; waiting < WAITING_MAX; waiting++) {
            check(BLUE, "x").cancel(false);
        }

        // When
        held.countDown();
        firstOfMany.get(10, SECONDS);

        // Then
        assertThat(check(GREEN, "secret").get(10, SECONDS)).isPresent();
    }

    @Test
    void whatNobodyWaitsForIsNotWorkedOn() throws Exception {
        // Given
        holdTheOnlyThread();
        ScramVerifier slow = new ScramVerifier(
                ScramVerifier.ITERATIONS_MAX, SALT, VERIFIER.storedKey(), VERIFIER.serverKey(), false);
        for (int waiting = 0; waiting < WAITING_MAX - 1; waiting++) {
            checkers.check(BLUE, slow, ByteString.fromString("x"))
                    .toCompletableFuture()
                    .cancel(false);
        }
        CompletableFuture<Optional<ScramKeys>> behindThem = check(BLUE, "secret");

        // When
        held.countDown();

        // Then: a hundred times a million hashes would take half a minute
        assertThat(behindThem.get(10, SECONDS)).isPresent();
    }

    @Test
    void nothingIsTakenOnAfterClosing() {
        // When
        checkers.close();

        // Then
        assertThatThrownBy(() -> check(BLUE, "secret").get(10, SECONDS))
                .hasCauseInstanceOf(PasswordCheckers.TooManyWaiting.class);
    }

    @Test
    void whatWaitsWhenItClosesIsStillAnswered() throws Exception {
        // Given
        holdTheOnlyThread();
        CompletableFuture<Optional<ScramKeys>> waiting = check(BLUE, "secret");

        // When
        checkers.close();
        held.countDown();

        // Then
        assertThat(waiting.get(10, SECONDS)).isPresent();
    }

    /** Keeps the thread in the callback of a check, one long enough for the callback to be there, until the test lets go. */
    private void holdTheOnlyThread() {
        ScramVerifier slow = new ScramVerifier(300_000, SALT, VERIFIER.storedKey(), VERIFIER.serverKey(), false);
        CountDownLatch reached = new CountDownLatch(1);
        checkers.check(new EndpointId("holder"), slow, ByteString.fromString("x"))
                .whenComplete((_, _) -> {
                    reached.countDown();
                    await(held);
                });
        await(reached);
    }

    private CompletableFuture<Void> noted(String name, EndpointId endpoint) {
        return check(endpoint, "x").thenAccept(_ -> done.add(name));
    }

    private CompletableFuture<Optional<ScramKeys>> check(EndpointId endpoint, String password) {
        return checkers.check(endpoint, VERIFIER, ByteString.fromString(password))
                .toCompletableFuture();
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(20, SECONDS)) {
                throw new AssertionError("waited in vain");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
