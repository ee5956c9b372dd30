package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.LogLines;
import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.sockets.GoodClient;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.ListeningCompute;
import dev.reveille.kit.sockets.Login;
import dev.reveille.protocol.backend.AuthenticationOk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Computes that cannot be reached, or not as safely as they must be. */
class UnreachableComputeTest {

    private static final char[] NO_PASSWORD = "changeit".toCharArray();

    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final ListeningCompute COMPUTE = ListeningCompute.playing(_ -> {});

    @TempDir
    static Path directory;

    private static Premises premises;

    @BeforeAll
    static void open() throws Exception {
        Map<String, Object> changes = new HashMap<>();
        changes.putAll(Premises.endpoint("nobody", "127.0.0.1:" + closedPort(), "disable"));
        // A label of 64 letters: no name server is asked for it.
        changes.putAll(Premises.endpoint("nameless", "a".repeat(64) + ".invalid:5432", "disable"));
        changes.putAll(Premises.endpoint("prefer", COMPUTE, "prefer"));
        changes.putAll(Premises.endpoint("require", COMPUTE, "require"));
        changes.putAll(Premises.endpoint("verified", COMPUTE, "verify-full"));
        changes.put("reveille.control-plane.endpoints.verified.tls-server-name", "blue.internal");
        changes.put("reveille.compute.tls-timeout", "500ms");
        changes.put(
                "reveille.compute.tls-authorities",
                Files.writeString(directory.resolve("authorities.pem"), pem(AUTHORITY.root()))
                        .toString());
        premises = Premises.open(changes, directory);
    }

    @AfterAll
    static void close() throws Exception {
        premises.close();
        COMPUTE.close();
    }

    @AfterEach
    void nobodyElseIsDisturbed() throws IOException {
        premises.assertNobodyElseIsDisturbed();
    }

    @ParameterizedTest
    @CsvSource({"nobody, Connection refused", "nameless, the name has no address"})
    void aComputeThatIsNotThereIsReportedWithoutItsAddress(String endpoint, String reason) throws IOException {
        assertUnreachable(endpoint, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verified"})
    void aComputeWithoutTlsIsRefusedWhereTlsIsRequired(String endpoint) throws IOException {
        COMPUTE.plays(visitor -> {
            visitor.hearsPacket();
            visitor.says(ByteString.fromString("N"));
            visitor.hangs();
        });

        assertUnreachable(endpoint, "the compute does not offer TLS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefer", "require"})
    void wordsBehindTheAnswerToTheRequestForTlsAreNotBelieved(String endpoint) throws IOException {
        COMPUTE.plays(visitor -> {
            visitor.hearsPacket();
            visitor.says(ByteString.fromString("S").concat(new AuthenticationOk().encode()));
            visitor.hangs();
        });

        assertUnreachable(endpoint, "more than an answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"E", "X", "\0", "S\u0015\u0003\u0003\u0000\u0002\u0002\u0028"})
    void anythingElseThanAnAnswerToTheRequestForTlsIsNotBelieved(String answer) throws IOException {
        COMPUTE.plays(visitor -> {
            visitor.hearsPacket();
            visitor.says(ByteString.fromString(answer));
            visitor.hangs();
        });

        assertUnreachable("prefer", "");
    }

    @Test
    void aHandshakeThatEndsInNonsenseIsNotBelieved() throws IOException {
        COMPUTE.plays(visitor -> {
            visitor.hearsPacket();
            visitor.says(ByteString.fromString("S"));
            visitor.hearsByte();
            visitor.says(ByteString.fromString("HTTP/1.1 400 Bad Request\r\n\r\n"));
            visitor.hangs();
        });

        assertUnreachable("require", "TLS failed");
    }

    @Test
    void aComputeThatHangsWhenAskedForTlsIsGivenUpInTime() throws IOException {
        COMPUTE.plays(visitor -> visitor.hangs());

        assertUnreachable("prefer", "no TLS in time");
    }

    @Test
    void aComputeThatHangsInTheHandshakeIsGivenUpInTime() throws IOException {
        COMPUTE.plays(visitor -> {
            visitor.hearsPacket();
            visitor.says(ByteString.fromString("S"));
            visitor.hangs();
        });

        assertUnreachable("require", "no TLS in time");
    }

    @Test
    void aComputeThatHangsUpWhenAskedForTlsIsReported() throws IOException {
        COMPUTE.plays(visitor -> visitor.hearsPacket());

        assertUnreachable("prefer", "closed the connection when asked for TLS");
    }

    @Test
    void aComputeThatHangsUpInTheHandshakeIsReported() throws IOException {
        COMPUTE.plays(visitor -> {
            visitor.hearsPacket();
            visitor.says(ByteString.fromString("S"));
            visitor.hearsByte();
        });

        assertUnreachable("require", "");
    }

    @Test
    void aComputeWithTheRightCertificateIsTrusted() throws Exception {
        COMPUTE.plays(secured(AUTHORITY.issue(TestCertificates.Key.EC, "blue.internal")));

        try (GoodClient client = premises.guest("verified")) {
            assertThat(client.asks("safe?").rows()).containsExactly("safe?");
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        COMPUTE.plays(secured(AUTHORITY.issue(TestCertificates.Key.EC, "red.internal")));

        assertUnreachable("verified", "No subject alternative DNS name matching blue.internal");
    }

    @Test
    void aCertificateOfAStrangersAuthorityIsRefused() throws Exception {
        COMPUTE.plays(secured(TestCertificates.authority().issue(TestCertificates.Key.EC, "blue.internal")));

        assertUnreachable("verified", "unable to find valid certification path");
    }

    /** Whoever knows the password is told that it did not work, soon, once, and nothing of how the house is built. */
    private static void assertUnreachable(String endpoint, String reason) throws IOException {
        long began = System.nanoTime();
        try (HostileClient client = premises.stranger()) {
            Login.Outcome outcome = Login.attempt(client, Premises.asking(endpoint), Premises.PASSWORD);

            assertThat(outcome).isInstanceOfSatisfying(Login.Refused.class, refused -> {
                assertThat(refused.error().sqlState()).isEqualTo("08001");
                assertThat(refused.error().message()).isEqualTo("Couldn't connect to compute node");
                assertThat(refused.error().fields().toString()).doesNotContain("127.0.0.1");
            });
            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(System.nanoTime() - began).isLessThan(Premises.AT_ONCE.toNanos());
            LogLines.Line line = premises.lineAbout(client);
            assertThat(line.level()).isEqualTo("WARN");
            assertThat(line.facts()).contains("blame=COMPUTE");
            assertThat(line.toString()).contains(reason);
        }
    }

    private static ListeningCompute.Script secured(TestCertificate certificate) throws Exception {
        SSLContext identity = identity(certificate);
        return visitor -> {
            visitor.securesItself(identity);
            visitor.hearsStartup();
            visitor.admits(Premises.VERIFIER);
            visitor.greets();
            visitor.serves(Premises.ECHO);
        };
    }

    private static SSLContext identity(TestCertificate certificate) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "compute", certificate.key(), NO_PASSWORD, certificate.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static String pem(X509Certificate certificate) throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
                .formatted(Base64.getMimeEncoder().encodeToString(certificate.getEncoded()));
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
