package dev.reveille.session.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.access.AddressPattern;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ControlPlane;
import dev.reveille.session.compute.ControlPlaneFailure;
import dev.reveille.session.fakes.HandTicker;
import dev.reveille.session.fakes.ScriptedControlPlane;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessDirectoryTest {

    private static final EndpointId BLUE = new EndpointId("blue");
    private static final RoleName APP = new RoleName("app");
    private static final RoleName OTHER = new RoleName("other");
    private static final AccessControl OPEN = AccessControl.UNKNOWN;
    private static final AccessControl GUARDED =
            new AccessControl(Optional.empty(), List.of(AddressPattern.parse("127.0.0.1")), List.of(), false, false);
    private static final Duration BELIEVED_FOR = Duration.ofMinutes(4);
    private static final Duration DOUBT_AFTER = Duration.ofSeconds(5);
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final HandTicker time = new HandTicker();
    private final ScriptedControlPlane controlPlane = new ScriptedControlPlane();
    private final AccessDirectory directory = directory(Duration.ofSeconds(65));

    AccessDirectoryTest() {
        controlPlane.holdsBack();
    }

    // ---- asked once ----

    @Test
    void theControlPlaneIsAskedOnceForAllWhoWantTheSameAnswer() throws Exception {
        // Given
        List<CompletableFuture<AccessControl>> sessions =
                Stream.generate(() -> find(APP)).limit(1000).toList();

        // When
        controlPlane.isAsked().answer().complete(GUARDED);

        // Then
        for (CompletableFuture<AccessControl> session : sessions) {
            assertThat(session.get(10, TimeUnit.SECONDS)).isEqualTo(GUARDED);
        }
        assertThat(controlPlane.accessCalls()).isEqualTo(1);
        assertThat(directory.misses()).isEqualTo(1);
        assertThat(directory.hits()).isEqualTo(999);
    }

    @Test
    void whoLosesInterestSpoilsNothingForTheOthers() throws Exception {
        // Given
        CompletableFuture<AccessControl> leaver = find(APP);
        CompletableFuture<AccessControl> stayer = find(APP);

        // When
        leaver.cancel(true);
        controlPlane.isAsked().answer().complete(GUARDED);

        // Then
        assertThat(stayer.get(10, TimeUnit.SECONDS)).isEqualTo(GUARDED);
        assertThat(find(APP)).isCompletedWithValue(GUARDED);
    }

    @Test
    void anAnswerIsBelievedForFourMinutes() throws Exception {
        // Given
        answered(APP, GUARDED);

        // When
        time.timePasses(BELIEVED_FOR.minus(MOMENT));
        CompletableFuture<AccessControl> inTime = find(APP);
        time.timePasses(MOMENT);
        CompletableFuture<AccessControl> later = find(APP);

        // Then: reading it did not make it younger
        assertThat(inTime).isCompletedWithValue(GUARDED);
        assertThat(later).isNotDone();
        controlPlane.isAsked().answer().complete(OPEN);
        assertThat(later.get(10, TimeUnit.SECONDS)).isEqualTo(OPEN);
    }

    @Test
    void aControlPlaneThatThrowsHasFailedLikeAnyOther() {
        // Given
        AccessDirectory broken = new AccessDirectory(new Broken(), AccessSettings.DEFAULTS, time);

        // When
        CompletableFuture<AccessControl> asked =
                broken.find(SessionId.random(), BLUE, APP).toCompletableFuture();

        // Then
        assertThat(asked).isCompletedExceptionally();
        assertThat(asked.exceptionNow()).hasMessage("a fault");
    }

    @Test
    void eachRoleHasAnAnswerOfItsOwn() throws Exception {
        // Given
        answered(APP, GUARDED);

        // When
        CompletableFuture<AccessControl> other = find(OTHER);

        // Then
        assertThat(controlPlane.isAsked().role()).isEqualTo(OTHER);
        assertThat(other).isNotDone();
    }

    @Test
    void theAddressOfThePoolerHasTheSameRolesAsItsEndpoint() throws Exception {
        // Given
        answered(APP, GUARDED);

        // When
        CompletableFuture<AccessControl> pooler = directory
                .find(SessionId.random(), new EndpointId("blue-pooler"), APP)
                .toCompletableFuture();

        // Then
        assertThat(pooler).isCompletedWithValue(GUARDED);
    }

    // ---- failures ----

    @Test
    void aRefusalWithATimeIsBelievedUntilThen() {
        // Given
        refused(new ControlPlaneFailure("later", "later", true, Optional.of(Duration.ofSeconds(5))));

        // When
        time.timePasses(Duration.ofMillis(4900));
        CompletableFuture<AccessControl> early = find(APP);
        time.timePasses(Duration.ofMillis(200));
        CompletableFuture<AccessControl> late = find(APP);

        // Then
        assertThat(failure(early)).hasMessage("later");
        assertThat(late).isNotDone();
        assertThat(controlPlane.accessCalls()).isEqualTo(2);
    }

    @Test
    void aFailureThatMayPassIsAskedAgainAtOnce() {
        // Given
        refused(ControlPlaneFailure.passing("busy"));

        // When
        CompletableFuture<AccessControl> next = find(APP);

        // Then
        assertThat(next).isNotDone();
        assertThat(controlPlane.accessCalls()).isEqualTo(2);
    }

    @Test
    void aRefusalThatNothingWillMendIsBelievedForHalfAMinute() {
        // Given
        refused(ControlPlaneFailure.fatal("quota"));

        // When
        time.timePasses(Duration.ofSeconds(29));
        CompletableFuture<AccessControl> early = find(APP);
        time.timePasses(Duration.ofSeconds(2));
        CompletableFuture<AccessControl> late = find(APP);

        // Then
        assertThat(failure(early)).hasMessage("quota");
        assertThat(late).isNotDone();
    }

    @Test
    void aFaultOfTheControlPlaneIsNotBelieved() {
        // Given
        CompletableFuture<AccessControl> first = find(APP);
        controlPlane.isAsked().answer().completeExceptionally(new IllegalStateException("a bug"));

        // Then
        assertThat(failure(first)).isInstanceOf(IllegalStateException.class);
        assertThat(find(APP)).isNotDone();
    }

    @Test
    void aControlPlaneThatDoesNotAnswerIsGivenUpAndNotHeldAgainstTheNext() {
        // Given
        AccessDirectory impatient = directory(Duration.ofMillis(20));

        // When
        CompletableFuture<AccessControl> first =
                impatient.find(SessionId.random(), BLUE, APP).toCompletableFuture();

        // Then
        assertThat(failure(first)).isInstanceOf(TimeoutException.class);
        assertThat(controlPlane.isAsked().answer())
                .as("the control plane's own affair")
                .isNotDone();
        impatient.find(SessionId.random(), BLUE, APP);
        assertThat(controlPlane.accessCalls()).isEqualTo(2);
    }

    @Test
    void aFailureLeavesNoStackTraceInTheLog() {
        // Given
        List<LogRecord> lines = new CopyOnWriteArrayList<>();
        Handler collector = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger cacheLog = Logger.getLogger("com.github.benmanes.caffeine");
        cacheLog.addHandler(collector);

        // When
        try {
            refused(ControlPlaneFailure.passing("busy"));
            refused(ControlPlaneFailure.fatal("quota"));
        } finally {
            cacheLog.removeHandler(collector);
        }

        // Then
        assertThat(lines).isEmpty();
    }

    // ---- doubt ----

    @Test
    void aPasswordThatDoesNotFitABrandNewAnswerIsJustWrong() throws Exception {
        // Given
        answered(APP, GUARDED);

        // When
        time.timePasses(DOUBT_AFTER.minus(MOMENT));
        directory.doubt(BLUE, APP);

        // Then
        assertThat(find(APP)).isCompletedWithValue(GUARDED);
        assertThat(directory.spuriousHits()).isZero();
    }

    @Test
    void aPasswordThatDoesNotFitAnOlderAnswerMakesTheNextLoginAskAgain() throws Exception {
        // Given
        answered(APP, GUARDED);
        answered(OTHER, OPEN);

        // When
        time.timePasses(DOUBT_AFTER);
        directory.doubt(new EndpointId("blue-pooler"), APP);

        // Then
        assertThat(find(APP)).isNotDone();
        assertThat(find(OTHER)).as("nobody doubts the other role").isCompletedWithValue(OPEN);
        assertThat(directory.spuriousHits()).isEqualTo(1);
    }

    @Test
    void doubtAboutNothingIsNoTrouble() {
        // When
        directory.doubt(BLUE, APP);

        // Then
        assertThat(directory.spuriousHits()).isZero();
    }

    @Test
    void doubtNeverWaitsForAnAnswerThatIsUnderWay() {
        // Given
        CompletableFuture<AccessControl> underWay = find(APP);
        ScriptedControlPlane.Question question = controlPlane.isAsked();

        // When
        CompletableFuture<Void> doubting = CompletableFuture.runAsync(() -> directory.doubt(BLUE, APP));

        // Then
        assertThat(doubting).succeedsWithin(Duration.ofSeconds(5));
        question.answer().complete(GUARDED);
        assertThat(underWay).isCompletedWithValue(GUARDED);
        assertThat(find(APP)).isCompletedWithValue(GUARDED);
    }

    private void answered(RoleName role, AccessControl answer) throws Exception {
        CompletableFuture<AccessControl> first = find(role);
        controlPlane.isAsked().answer().complete(answer);
        first.get(10, TimeUnit.SECONDS);
    }

    private void refused(ControlPlaneFailure failure) {
        CompletableFuture<AccessControl> first = find(APP);
        controlPlane.isAsked().answer().completeExceptionally(failure);
        assertThat(failure(first)).isSameAs(failure);
    }

    private CompletableFuture<AccessControl> find(RoleName role) {
        return directory.find(SessionId.random(), BLUE, role).toCompletableFuture();
    }

    private static Throwable failure(CompletableFuture<?> future) {
        try {
            future.get(10, TimeUnit.SECONDS);
            throw new AssertionError("did not fail");
        } catch (ExecutionException failed) {
            return failed.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private AccessDirectory directory(Duration callMax) {
        return new AccessDirectory(
                controlPlane,
                new AccessSettings(100, BELIEVED_FOR, Duration.ofSeconds(30), DOUBT_AFTER, callMax),
                time);
    }

    private static final class Broken implements ControlPlane {

        @Override
        public CompletionStage<AccessControl> accessControl(SessionId session, EndpointId endpoint, RoleName role) {
            throw new IllegalStateException("a fault");
        }

        @Override
        public CompletionStage<Compute> wake(SessionId session, EndpointKey key) {
            throw new IllegalStateException("a fault");
        }
    }
}
