package dev.reveille.gateway.compute;

import static dev.reveille.gateway.compute.Dialling.LONG;
import static dev.reveille.gateway.compute.Dialling.SHORT;
import static dev.reveille.gateway.compute.Dialling.patient;
import static dev.reveille.gateway.compute.Dialling.reasonOf;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.cancellation.CancelTarget.Security;
import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates.Key;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.DialFailure.Reason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class CancelCourierTest {

    /** Length 16, the request's code, process 4711, the secret (PostgreSQL manual, 54.7). */
    private static final byte[] REQUEST = {0, 0, 0, 16, 4, (byte) 0xD2, 22, 46, 0, 0, 18, 103, 1, 2, 3, 4};

    private static Dialling dialling;
    private static TestCertificate certificate;

    @BeforeAll
    static void open() throws Exception {
        dialling = new Dialling();
        certificate = dialling.authority.issue(Key.EC, "compute.example.com");
    }

    @AfterAll
    static void close() {
        dialling.close();
    }

    @Test
    void theRequestIsBroughtAndTheComputesHangingUpIsAwaited() throws IOException {
        // Given
        CompletableFuture<Done> leave = new CompletableFuture<>();
        CompletableFuture<Done> asked = new CompletableFuture<>();
        try (FakeCompute<byte[]> compute = FakeCompute.that(connection -> {
            byte[] heard = connection.getInputStream().readNBytes(REQUEST.length);
            asked.complete(Done.getInstance());
            soon(leave);
            return heard;
        })) {
            // When
            CompletionStage<Done> delivered = deliver(LONG, compute.address(), Security.CLEAR);
            soon(asked);
            dialling.loops.settle(dialling.loops.first());
            assertThat(delivered.toCompletableFuture()).isNotDone();
            leave.complete(Done.getInstance());

            // Then
            soon(delivered);
            assertThat(soon(compute.firstPlay())).isEqualTo(REQUEST);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS", "TLS_VERIFIED"})
    void whatWasSecuredIsCancelledInsideTls(Security security) throws IOException {
        // Given
        try (FakeCompute<byte[]> compute = FakeCompute.that(connection ->
                FakeCompute.secure(connection, certificate).getInputStream().readNBytes(REQUEST.length))) {
            // When
            CompletionStage<Done> delivered = deliver(LONG, compute.address(), security);

            // Then
            soon(delivered);
            assertThat(soon(compute.firstPlay())).isEqualTo(REQUEST);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS", "TLS_VERIFIED"})
    void theSecretIsNotToldInClearToAComputeThatDeclinesTls(Security security) throws IOException {
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.answering("N"))) {
            assertThat(reasonOf(deliver(LONG, compute.address(), security))).isEqualTo(Reason.TLS_REFUSED);
            assertThat(soon(compute.firstPlay())).isEmpty();
        }
    }

    @Test
    void theSecretIsNotToldToAComputeOfAnotherName() throws IOException {
        TestCertificate other = dialling.authority.issue(Key.EC, "other.example.com");
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.securing(other))) {
            assertThat(reasonOf(deliver(LONG, compute.address(), Security.TLS_VERIFIED)))
                    .isEqualTo(Reason.TLS_FAILED);
        }
    }

    @Test
    void aComputeThatStaysSilentIsLeftWhenTimeIsOver() throws IOException {
        // Given
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute::listen)) {
            // When
            CompletionStage<Done> delivered = deliver(SHORT, compute.address(), Security.CLEAR);

            // Then
            soon(delivered);
            assertThat(soon(compute.firstPlay())).isEqualTo(REQUEST);
        }
    }

    /** Whoever waited was told that it is over, and the session's next query may run by now. */
    @Test
    void nothingIsSentOnAConnectionThatComesTooLate() throws IOException {
        // Given
        CompletableFuture<Done> late = new CompletableFuture<>();
        try (FakeCompute<byte[]> compute = FakeCompute.that(connection -> {
            soon(late);
            return FakeCompute.secure(connection, certificate).getInputStream().readNBytes(REQUEST.length);
        })) {
            CompletionStage<Done> delivered = deliver(SHORT, compute.address(), Security.TLS_VERIFIED);
            soon(delivered);

            // When
            late.complete(Done.getInstance());

            // Then
            assertThat(soon(compute.firstPlay())).isEmpty();
        }
    }

    @Test
    void aComputeThatNeverHangsUpIsLeftEvenIfItKeepsTalking() throws IOException {
        // Given
        try (FakeCompute<byte[]> compute = FakeCompute.that(connection -> {
            try {
                while (true) {
                    connection.getOutputStream().write(new byte[1_000]);
                }
            } catch (IOException left) {
                return new byte[0];
            }
        })) {
            // When
            CompletionStage<Done> delivered = deliver(SHORT, compute.address(), Security.CLEAR);

            // Then
            soon(delivered);
            soon(compute.firstPlay());
        }
    }

    @Test
    void aComputeThatIsGoneIsAFailureForTheLog() throws IOException {
        assertThat(reasonOf(deliver(LONG, Dialling.nobody(), Security.CLEAR))).isEqualTo(Reason.UNREACHABLE);
    }

    private static CompletionStage<Done> deliver(Duration patience, ComputeAddress address, Security security) {
        return new CancelCourier(dialling.connector(patient(LONG)), patience)
                .deliver(new CancelTarget(
                        new InetSocketAddress(address.host(), address.port()),
                        security,
                        "compute.example.com",
                        4711,
                        ByteString.fromArray(new byte[] {1, 2, 3, 4})));
    }
}
