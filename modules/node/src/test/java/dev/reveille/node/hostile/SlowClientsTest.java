package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.sockets.GoodClient;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.Login;
import dev.reveille.kit.sockets.Packets;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.startup.SslRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that take their time, at a door that is impatient. */
class SlowClientsTest {

    private static final Duration ALLOWED = Duration.ofSeconds(1);
    private static final long POURED_MAX = 32L << 20;
    private static final Duration DRIP = Duration.ofMillis(40);

    private static final ScheduledExecutorService TAP = Executors.newSingleThreadScheduledExecutor();

    @TempDir
    static Path directory;

    private static Premises premises;

    /** What a client does before it gets slow. */
    @FunctionalInterface
    private interface Beginning {
        void of(HostileClient client) throws IOException;
    }

    @BeforeAll
    static void open() throws Exception {
        Path certificates = directory.resolve("certs");
        TestCertificates.authority()
                .issue(TestCertificates.Key.EC, "*.example.test")
                .writeTo(certificates.resolve("default.crt"), certificates.resolve("default.key"));
        premises = Premises.open(
                Map.of(
                        "reveille.tls.directory", certificates.toString(),
                        "reveille.limits.login-timeout", "1s",
                        "reveille.compute.login-timeout", "1s",
                        "reveille.limits.scram-timeout", "500ms"),
                directory);
        warmUp();
    }

    @AfterAll
    static void close() throws Exception {
        TAP.shutdownNow();
        premises.close();
    }

    @AfterEach
    void nobodyElseIsDisturbed() throws IOException {
        premises.assertNobodyElseIsDisturbed();
    }

    static Stream<Arguments> phasesBeforeAnybodyIsKnown() {
        ByteString startup = Premises.asking("good").encode();
        ByteString hello =
                ByteString.fromInts(0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3).concat(ByteString.fromArray(new byte[400]));
        return Stream.of(
                argumentSet("before the first byte", phase(_ -> {}), startup),
                argumentSet("after one byte", phase(client -> client.says(startup.take(1))), startup.drop(1)),
                argumentSet("in the start-up packet", phase(client -> client.says(startup.take(20))), startup.drop(20)),
                argumentSet("after asking for TLS", phase(SlowClientsTest::asksForTls), hello),
                argumentSet("inside TLS", phase(SlowClientsTest::isInsideTls), startup));
    }

    @ParameterizedTest
    @MethodSource("phasesBeforeAnybodyIsKnown")
    void whoFallsSilentBeforeItIsKnownIsClosedWithoutAWord(Beginning beginning) throws IOException {
        try (HostileClient client = premises.stranger()) {
            beginning.of(client);

            assertClosedInTime(client);
        }
    }

    @ParameterizedTest
    @MethodSource("phasesBeforeAnybodyIsKnown")
    void whoDripsBeforeItIsKnownIsClosedWithoutAWord(Beginning beginning, ByteString rest) throws IOException {
        try (HostileClient client = premises.stranger()) {
            beginning.of(client);
            drip(client, rest);

            assertClosedInTime(client);
        }
    }

    static Stream<Arguments> phasesOfProof() {
        ByteString first = new SaslInitialResponse("SCRAM-SHA-256", ByteString.fromString("n,,n=,r=abc")).encode();
        return Stream.of(
                argumentSet("after the offer of SCRAM", phase(SlowClientsTest::isOfferedScram), first),
                argumentSet(
                        "after the challenge",
                        phase(client -> {
                            isOfferedScram(client);
                            client.says(first);
                            client.hears();
                        }),
                        Packets.tagged('p', 300, ByteString.fromArray(new byte[296]))),
                argumentSet(
                        "when asked for a password",
                        phase(client -> {
                            isInsideTls(client);
                            client.says(Packets.startup("user", "app").encode());
                            client.hears();
                        }),
                        Packets.tagged('p', 300, ByteString.fromArray(new byte[296]))));
    }

    @ParameterizedTest
    @MethodSource("phasesOfProof")
    void whoFallsSilentDuringItsProofIsTold(Beginning beginning) throws IOException {
        try (HostileClient client = premises.stranger()) {
            beginning.of(client);

            assertToldInTime(client);
        }
    }

    @ParameterizedTest
    @MethodSource("phasesOfProof")
    void whoDripsItsProofIsTold(Beginning beginning, ByteString rest) throws IOException {
        try (HostileClient client = premises.stranger()) {
            beginning.of(client);
            drip(client, rest);

            assertToldInTime(client);
        }
    }

    @Test
    void hundredsOfSlowClientsKeepNobodyOut() throws IOException {
        List<HostileClient> crowd = new ArrayList<>();
        ByteString half = Premises.asking("good").encode().dropRight(5);
        try {
            for (int at = 0; at < 300; at++) {
                HostileClient client = premises.stranger();
                crowd.add(client);
                client.says(half);
            }

            try (GoodClient guest = premises.guest("good")) {
                assertThat(guest.asks("room for me?").rows()).containsExactly("room for me?");
            }
            for (HostileClient client : crowd) {
                assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            }
        } finally {
            for (HostileClient client : crowd) {
                client.close();
            }
        }
    }

    @Test
    void whoPoursInQueriesWhileItsComputeIsReachedIsNotReadFurther() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            reached.countDown();
            visitor.hangs();
        });
        ByteString bucket = ByteString.fromArray(new byte[256 * 1024]);
        AtomicLong poured = new AtomicLong();
        try (HostileClient client = premises.stranger()) {
            Thread pouring = Thread.ofVirtual().start(() -> {
                try {
                    reached.await();
                    while (true) {
                        client.says(bucket);
                        poured.addAndGet(bucket.size());
                    }
                } catch (IOException | InterruptedException _) {
                    // Closed by the other side, as it should be.
                }
            });

            assertThat(Login.attempt(client, Premises.asking("odd"), Premises.PASSWORD))
                    .isInstanceOf(Login.Refused.class);

            // The sockets' own buffers take some megabytes; the house must not take more.
            assertThat(poured.get()).isLessThan(POURED_MAX);
            client.vanishes();
            assertThat(pouring.join(Premises.AT_ONCE)).isTrue();
        }
    }

    /** The first handshakes of a young process may take longer than is allowed here. */
    private static void warmUp() throws IOException {
        for (int turn = 0; turn < 5; turn++) {
            try (HostileClient client = premises.stranger()) {
                isInsideTls(client);
            } catch (SSLException _) {
                // Too slow; the next will be quicker.
            }
        }
    }

    private static Beginning phase(Beginning beginning) {
        return beginning;
    }

    private static void asksForTls(HostileClient client) throws IOException {
        client.says(new SslRequest().encode());
        client.hearsByte();
    }

    private static void isInsideTls(HostileClient client) throws IOException {
        asksForTls(client);
        client.startsTls(Optional.empty(), List.of());
    }

    private static void isOfferedScram(HostileClient client) throws IOException {
        client.says(Premises.asking("good").encode());
        client.hears();
    }

    /** Says one byte after another, so slowly that it will not finish in time. */
    private static void drip(HostileClient client, ByteString bytes) {
        TAP.schedule(
                () -> {
                    try {
                        client.says(bytes.take(1));
                        if (bytes.size() > 1) {
                            drip(client, bytes.drop(1));
                        }
                    } catch (IOException _) {
                        // Closed, as it should be.
                    }
                },
                DRIP.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static void assertClosedInTime(HostileClient client) throws IOException {
        long began = System.nanoTime();
        assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
        assertThat(System.nanoTime() - began)
                .isLessThan(ALLOWED.plus(Premises.AT_ONCE).toNanos());
        assertThat(premises.lineAbout(client).level()).isEqualTo("INFO");
    }

    private static void assertToldInTime(HostileClient client) throws IOException {
        long began = System.nanoTime();
        ErrorFields error = ErrorResponse.decode(client.hears().body()).fields();
        assertThat(error.sqlState()).isEqualTo("57014");
        assertThat(error.message()).isEqualTo("Authentication timed out");
        client.hearsToTheEnd();
        assertThat(System.nanoTime() - began)
                .isLessThan(ALLOWED.plus(Premises.AT_ONCE).toNanos());
        assertThat(premises.lineAbout(client).facts()).contains("sqlstate=57014");
    }
}
