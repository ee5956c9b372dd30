package dev.reveille.gateway.compute;

import static dev.reveille.gateway.compute.Dialling.LONG;
import static dev.reveille.gateway.compute.Dialling.SHORT;
import static dev.reveille.gateway.compute.Dialling.patient;
import static dev.reveille.gateway.compute.Dialling.reasonOf;
import static dev.reveille.gateway.loops.TestLoops.failureOf;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reveille.gateway.loops.KeepAlive;
import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.TestCertificates.Key;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.compute.ComputeTls.Mode;
import dev.reveille.session.compute.DialFailure.Reason;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reaching a compute: TCP first, then TLS as the mode asks. */
@Timeout(60)
class ComputeConnectorTest {

    private static final InetAddress HOME = InetAddress.getLoopbackAddress();

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
    void aComputeThatNobodyListensForIsUnreachable() throws IOException {
        assertThat(reasonOf(connect(LONG, Dialling.nobody(), Mode.DISABLE))).isEqualTo(Reason.UNREACHABLE);
    }

    @Test
    void aComputeThatDoesNotAnswerIsUnreachableWhenTheTimeForConnectingIsOver() throws IOException {
        // Given
        try (SilentServer silent = new SilentServer()) {
            // When
            CompletableFuture<?> connecting = connect(SHORT, silent.address(), Mode.DISABLE);

            // Then
            assertThat(reasonOf(connecting)).isEqualTo(Reason.UNREACHABLE);
        }
    }

    @Test
    void theTimeForConnectingIsForAllAddressesOfAName() throws IOException {
        // Given
        try (SilentServer silent = new SilentServer()) {
            List<InetAddress> addresses = Collections.nCopies(10, HOME);
            long begun = System.nanoTime();

            // When
            CompletableFuture<?> connecting = dialling.connector(patient(Duration.ofSeconds(1)))
                    .connect(addresses, silent.address(), ComputeTls.DISABLED);

            // Then
            assertThat(reasonOf(connecting)).isEqualTo(Reason.UNREACHABLE);
            assertThat(System.nanoTime() - begun).isBetween(700_000_000L, 3_000_000_000L);
        }
    }

    @Test
    void anAddressThatDoesNotAnswerLeavesTimeForTheNext() throws IOException {
        // Given: 127.0.0.2 is silent, and 127.0.0.1 answers on the same port
        InetAddress silentAddress = InetAddress.ofLiteral("127.0.0.2");
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute::listen);
                SilentServer _ =
                        new SilentServer(silentAddress, compute.address().port())) {
            // When
            ComputeConnector.Connected connected = soon(dialling.connector(patient(SHORT))
                    .connect(List.of(silentAddress, HOME), compute.address(), ComputeTls.DISABLED));

            // Then
            assertThat(connected.channel().remoteAddress().getAddress()).isEqualTo(HOME);
            connected.channel().close();
        }
    }

    @Test
    void theNextAddressIsTriedWhereOneDoesNotAnswer() throws IOException {
        // Given
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute::listen)) {
            List<InetAddress> addresses =
                    List.of(InetAddress.getByName("127.0.0.2"), InetAddress.getByName("127.0.0.3"), HOME);

            // When
            ComputeConnector.Connected connected =
                    soon(dialling.connector(patient(LONG)).connect(addresses, compute.address(), ComputeTls.DISABLED));

            // Then
            assertThat(connected.channel().remoteAddress().getAddress()).isEqualTo(HOME);
            connected.channel().close();
        }
    }

    @Test
    void aSocketToAComputeWaitsForNothingAndMayBeHalfClosed() throws IOException {
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute::listen)) {
            ChannelConfig config = soon(connect(LONG, compute.address(), Mode.DISABLE))
                    .channel()
                    .config();

            assertThat(config.getOption(ChannelOption.TCP_NODELAY)).isTrue();
            assertThat(config.getOption(ChannelOption.ALLOW_HALF_CLOSURE)).isTrue();
            assertThat(config.isAutoRead()).isFalse();
            RecvByteBufAllocator allocator = config.getRecvByteBufAllocator();
            assertThat(allocator).isSameAs(dialling.loops.first().reads());
            assertThat(config.getConnectTimeoutMillis()).isBetween(1, (int) LONG.toMillis());
        }
    }

    /** On Linux; elsewhere nothing is asked for. */
    @Test
    void whatTheSystemRefusesIsTheReasonThatIsTold() throws IOException {
        assumeTrue(Epoll.isAvailable(), "only the native transport sets it");
        DialSettings impossible = new DialSettings(
                LONG,
                LONG,
                LONG,
                100,
                LONG,
                LONG,
                new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(10), 1_000));
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute::listen)) {
            assertThat(failureOf(dialling.connector(impossible)
                            .connect(List.of(HOME), compute.address(), ComputeTls.DISABLED)))
                    .hasMessageContaining("Invalid argument");
        }
    }

    /** On Linux; elsewhere the system decides. */
    @Test
    void aSilentComputeIsAskedWhetherItIsStillThere() throws IOException {
        assumeTrue(Epoll.isAvailable(), "only the native transport sets it");
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute::listen)) {
            ChannelConfig config = soon(connect(LONG, compute.address(), Mode.DISABLE))
                    .channel()
                    .config();

            assertThat(config.getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
            assertThat(config.getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(30);
            assertThat(config.getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(10);
            assertThat(config.getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(3);
        }
    }

    @Test
    void withoutTlsTheComputeIsAskedForNothing() throws IOException {
        // Given
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute::listen)) {
            // When
            ComputeConnector.Connected connected = soon(connect(LONG, compute.address(), Mode.DISABLE));
            connected.channel().close();

            // Then
            assertThat(soon(compute.firstPlay())).isEmpty();
            assertThat(connected.tls()).isEmpty();
        }
    }

    @Test
    void whoPrefersTlsGoesOnInClearWhereTheComputeHasNone() throws IOException {
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.answering("N"))) {
            ComputeConnector.Connected connected = soon(connect(LONG, compute.address(), Mode.PREFER));

            assertThat(connected.tls()).isEmpty();
            assertThat(connected.channel().isActive()).isTrue();
            connected.channel().close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PREFER", "REQUIRE"})
    void anyCertificateWillDoWhereNoneIsChecked(Mode mode) throws IOException {
        TestCertificate unknown = TestCertificates.selfSigned(Key.RSA, "SHA256withRSA", "somebody");
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.securing(unknown))) {
            ComputeConnector.Connected connected = soon(connect(LONG, compute.address(), mode));

            assertThat(connected.tls()).isPresent();
            connected.channel().close();
        }
    }

    @Test
    void theRightCertificateIsAcceptedAndItsNameWasAskedFor() throws IOException {
        // Given
        try (FakeCompute<String> compute = FakeCompute.that(connection -> {
            ExtendedSSLSession session = (ExtendedSSLSession)
                    FakeCompute.secure(connection, certificate).getSession();
            return ((SNIHostName) session.getRequestedServerNames().getFirst()).getAsciiName();
        })) {
            // When
            ComputeConnector.Connected connected =
                    soon(connect(LONG, compute.address(), Mode.VERIFY_FULL, "compute.example.com"));

            // Then
            assertThat(connected.tls()).isPresent();
            assertThat(soon(compute.firstPlay())).isEqualTo("compute.example.com");
            connected.channel().close();
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws IOException {
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.securing(certificate))) {
            assertThat(reasonOf(connect(LONG, compute.address(), Mode.VERIFY_FULL, "other.example.com")))
                    .isEqualTo(Reason.TLS_FAILED);
        }
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRefused() throws IOException {
        TestCertificate forged = TestCertificates.authority().issue(Key.EC, "compute.example.com");
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.securing(forged))) {
            assertThat(reasonOf(connect(LONG, compute.address(), Mode.VERIFY_FULL, "compute.example.com")))
                    .isEqualTo(Reason.TLS_FAILED);
        }
    }

    @ParameterizedTest(name = "{1} in mode {0}: {2}")
    @CsvSource({
        "REQUIRE, N, TLS_REFUSED",
        "VERIFY_FULL, N, TLS_REFUSED",
        "PREFER, E, TLS_REFUSED",
        "REQUIRE, SX, TLS_FAILED",
        "PREFER, NX, TLS_FAILED",
        "PREFER, ESFATAL, TLS_FAILED"
    })
    void aWrongAnswerEndsTheConnectionAndNothingMoreIsSaid(Mode mode, String answer, Reason reason) throws IOException {
        // Given
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.answering(answer))) {
            // When
            CompletableFuture<?> connecting = connect(LONG, compute.address(), mode);

            // Then
            assertThat(reasonOf(connecting)).isEqualTo(reason);
            assertThat(soon(compute.firstPlay())).isEmpty();
        }
    }

    @ParameterizedTest(name = "after \"{0}\"")
    @ValueSource(strings = {"", "S"})
    void aComputeThatLeavesInsteadOfSecuringIsNotWaitedFor(String answer) throws IOException {
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.answeringAndLeaving(answer))) {
            assertThat(reasonOf(connect(LONG, compute.address(), Mode.REQUIRE))).isIn(Reason.BROKEN, Reason.TLS_FAILED);
        }
    }

    @Test
    void whatIsNoTlsAfterTheAnswerIsRefused() throws IOException {
        try (FakeCompute<byte[]> compute = FakeCompute.that(connection -> {
            FakeCompute.answer(connection, "S");
            connection.getInputStream().read();
            connection.getOutputStream().write("SELECT 'no handshake'".getBytes(StandardCharsets.US_ASCII));
            return FakeCompute.listen(connection);
        })) {
            assertThat(reasonOf(connect(LONG, compute.address(), Mode.REQUIRE))).isEqualTo(Reason.TLS_FAILED);
        }
    }

    @ParameterizedTest(name = "after \"{0}\"")
    @ValueSource(strings = {"", "S"})
    void aComputeThatFallsSilentIsGivenUpWhenTheTimeForTlsIsOver(String answer) throws IOException {
        // Given
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.answering(answer))) {
            // When
            CompletableFuture<?> connecting = connect(SHORT, compute.address(), Mode.REQUIRE);

            // Then it is left, too
            assertThat(reasonOf(connecting)).isEqualTo(Reason.UNREACHABLE);
            soon(compute.firstPlay());
        }
    }

    private CompletableFuture<ComputeConnector.Connected> connect(
            Duration patience, ComputeAddress address, Mode mode, String... serverName) {
        ComputeTls tls = new ComputeTls(mode, List.of(serverName).stream().findFirst());
        return dialling.connector(patient(patience)).connect(List.of(HOME), address, tls);
    }
}
