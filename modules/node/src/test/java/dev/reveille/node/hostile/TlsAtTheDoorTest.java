package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.Login;
import dev.reveille.kit.sockets.Packets;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationMessage;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.frontend.SaslResponse;
import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.protocol.startup.GssEncRequest;
import dev.reveille.protocol.startup.SslRequest;
import dev.reveille.protocol.startup.StartupPacket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tricks with TLS and behind it, at a door that knows {@code *.example.test}. */
class TlsAtTheDoorTest {

    private static final List<String> NO_ALPN = List.of();
    /** Of the right length, and of nothing. */
    private static final String PROOF = "A".repeat(43) + "=";

    private static final List<String> POSTGRESQL = List.of("postgresql");

    @TempDir
    static Path directory;

    private static Premises premises;

    @BeforeAll
    static void open() throws Exception {
        Path certificates = directory.resolve("certs");
        TestCertificates.authority()
                .issue(TestCertificates.Key.EC, "*.example.test")
                .writeTo(certificates.resolve("default.crt"), certificates.resolve("default.key"));
        premises = Premises.open(Map.of("reveille.tls.directory", certificates.toString()), directory);
    }

    @AfterAll
    static void close() throws Exception {
        premises.close();
    }

    @AfterEach
    void nobodyElseIsDisturbed() throws IOException {
        premises.assertNobodyElseIsDisturbed();
    }

    // ---- before the handshake ----

    @Test
    void wordsBehindTheRequestForTlsNeverPassAsIfTheyHadComeInside() throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(new SslRequest().encode().concat(Premises.asking("good").encode()));

            assertThat(client.hearsToTheEnd()).isEqualTo(ByteString.fromString("S"));
            assertThat(premises.lineAbout(client).message()).contains("no TLS where it was announced");
        }
    }

    @Test
    void aCancelRequestBehindTheRequestForTlsIsNotHeard() throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(
                    new SslRequest().encode().concat(new CancelRequest(1, ByteString.fromInts(1, 2, 3, 4)).encode()));

            assertThat(client.hearsToTheEnd()).isEqualTo(ByteString.fromString("S"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 5, 100})
    void aClientHelloThatIsCutOffAndFollowedByNothingIsLetGo(int length) throws IOException {
        ByteString hello =
                ByteString.fromInts(0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3).concat(ByteString.fromArray(new byte[200]));
        try (HostileClient client = premises.stranger()) {
            client.says(new SslRequest().encode().concat(hello.take(length))).fallsSilent();

            assertThat(client.hearsToTheEnd()).isEqualTo(ByteString.fromString("S"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "160301000a0b000006, does not begin with a ClientHello",
        "1603010000, TLS record of 0 bytes",
        "160301ffff01, TLS record of 65535 bytes",
        "160301400001ffffff, ClientHello of",
        "16020000050100000100, not a TLS record",
        "150301000202 28, not a TLS record",
        "16030100050100000100, malformed ClientHello"
    })
    void whatIsNoClientHelloIsMetWithSilence(String hex, String reason) throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(new SslRequest().encode());
            client.hearsByte();

            client.says(ByteString.fromArray(HexFormat.of().parseHex(hex.replace(" ", ""))));

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(premises.lineAbout(client).message()).contains(reason);
        }
    }

    @Test
    void aClientHelloInTinyPiecesIsBounded() throws IOException {
        ByteString crumb = ByteString.fromInts(0x16, 3, 1, 0, 1, 0);
        ByteString crumbs = ByteString.fromInts(0x16, 3, 1, 0, 4, 1, 0, 0x3F, 0);
        for (int at = 0; at < 4_000; at++) {
            crumbs = crumbs.concat(crumb);
        }
        try (HostileClient client = premises.stranger()) {
            client.says(new SslRequest().encode());
            client.hearsByte();

            client.says(crumbs);

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(premises.lineAbout(client).message()).contains("ClientHello in more than");
        }
    }

    // ---- the handshake ----

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2", "POSTGRESQL", "postgresql2"})
    void tlsForAnotherProtocolIsRefused(String protocol) throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(new SslRequest().encode());
            client.hearsByte();

            assertThatThrownBy(() -> client.startsTls(Optional.of("good.example.test"), List.of(protocol)))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("no_application_protocol");
            assertThat(premises.lineAbout(client).message()).contains("TLS for another protocol (ALPN)");
        }
    }

    @Test
    void directTlsWithoutAlpnIsRefused() throws IOException {
        try (HostileClient client = premises.stranger()) {
            assertThatThrownBy(() -> client.startsTls(Optional.of("good.example.test"), NO_ALPN))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("no_application_protocol");
            assertThat(premises.lineAbout(client).message()).contains("direct TLS without ALPN");
        }
    }

    @Test
    void directTlsForPostgresqlIsServed() throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.startsTls(Optional.of("good.example.test"), POSTGRESQL);

            assertThat(Login.attempt(client, Packets.startup("user", "app"), Premises.PASSWORD))
                    .isInstanceOf(Login.Admitted.class);
        }
    }

    @Test
    void aGssEncRequestIsDeclinedOnceAndThenMetWithSilence() throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(new GssEncRequest().encode());
            assertThat(client.hearsByte()).isEqualTo((byte) 'N');

            client.says(new GssEncRequest().encode());

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
        }
    }

    // ---- inside TLS ----

    @Test
    void anotherSslRequestInsideTlsIsMetWithSilence() throws IOException {
        assertMetWithSilenceInside(new SslRequest());
    }

    @Test
    void aGssEncRequestInsideTlsIsMetWithSilence() throws IOException {
        assertMetWithSilenceInside(new GssEncRequest());
    }

    @Test
    void aCancelRequestInsideTlsWithAForeignKeyIsMetWithSilence() throws IOException {
        try (HostileClient client = secured(Optional.empty())) {
            client.says(new CancelRequest(7, ByteString.fromInts(1, 2, 3, 4)).encode());

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
        }
    }

    @Test
    void tlsInsideTlsIsMetWithSilence() throws IOException {
        try (HostileClient client = secured(Optional.empty())) {
            client.says(ByteString.fromInts(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0));

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(premises.lineAbout(client).toString()).contains("a TLS record where a start-up packet is due");
        }
    }

    @Test
    void theServerNameAndTheOptionMustNotDisagree() throws IOException {
        try (HostileClient client = secured(Optional.of("odd.example.test"))) {
            client.says(Premises.asking("good").encode());

            ErrorFields error = error(client);
            assertThat(error.sqlState()).isEqualTo("28000");
            assertThat(error.message())
                    .isEqualTo("Inconsistent project name inferred from SNI ('odd') and project option ('good').");
        }
    }

    // ---- channel binding ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SCRAM-SHA-256|y,,n=,r=abc|SCRAM-PLUS not used",
                "SCRAM-SHA-256-PLUS|y,,n=,r=abc|SCRAM-PLUS not used",
                "SCRAM-SHA-256-PLUS|p=tls-unique,,n=,r=abc|unsupported channel binding method tls-unique",
                "SCRAM-SHA-256-PLUS|p=tls-exporter,,n=,r=abc|unsupported channel binding method tls-exporter",
                "SCRAM-SHA-256-PLUS|n,,n=,r=abc|authentication protocol violation",
                "SCRAM-SHA-256|p=tls-server-end-point,,n=,r=abc|authentication protocol violation"
            })
    void aClientThatDodgesChannelBindingIsToldWhy(String mechanism, String first, String message) throws IOException {
        try (HostileClient client = secured(Optional.of("good.example.test"))) {
            client.says(Packets.startup("user", "app").encode());
            assertThat(AuthenticationMessage.decode(client.hears().body()))
                    .isEqualTo(new AuthenticationSasl(List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")));

            client.says(new SaslInitialResponse(mechanism, ByteString.fromString(first)).encode());

            ErrorFields error = error(client);
            assertThat(error.sqlState()).isEqualTo("08P01");
            assertThat(error.message()).isEqualTo(message);
            assertThat(premises.lineAbout(client).facts()).contains("blame=CLIENT");
        }
    }

    @Test
    void theBindingOfAnotherChannelIsRefused() throws IOException {
        try (HostileClient client = secured(Optional.of("good.example.test"))) {
            client.says(Packets.startup("user", "app").encode());
            client.hears();
            client.says(new SaslInitialResponse(
                            "SCRAM-SHA-256-PLUS", ByteString.fromString("p=tls-server-end-point,,n=,r=abc"))
                    .encode());
            String challenge = client.hears().body().drop(Integer.BYTES).utf8String();
            String nonce = challenge.substring(2, challenge.indexOf(','));

            // The header is right, the digest that follows it is not.
            String channel = Base64.getEncoder()
                    .encodeToString("p=tls-server-end-point,,another certificate".getBytes(StandardCharsets.US_ASCII));
            client.says(
                    new SaslResponse(ByteString.fromString("c=" + channel + ",r=" + nonce + ",p=" + PROOF)).encode());

            assertThat(error(client).message()).isEqualTo("insecure connection: secure channel data mismatch");
        }
    }

    // ---- passwords in clear text ----

    @Test
    void aPasswordOfTooManyBytesIsRefused() throws IOException {
        try (HostileClient client = askedForAPassword()) {
            client.says(new PasswordMessage(ByteString.fromString("x".repeat(512))).encode());

            assertThat(error(client).message()).isEqualTo("authentication protocol violation");
            assertThat(premises.lineAbout(client).toString()).contains("frame body of 513 bytes, limit is 512");
        }
    }

    @Test
    void aPasswordThatNamesTheEndpointIsHeard() throws IOException {
        String password = "endpoint=good$" + Premises.PASSWORD;
        try (HostileClient client = askedForAPassword()) {
            client.says(new PasswordMessage(ByteString.fromString(password)).encode());

            assertThat(client.hears().body()).isEqualTo(ByteString.fromInts(0, 0, 0, 0));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "endpoint=good$wrong|28P01|password authentication failed for user 'app'",
                "endpoint=nobody$wrong|28P01|password authentication failed for user 'app'",
                "endpoint=go_od$x|28000|Project name ('go_od') must contain only alphanumeric characters and hyphen.",
                "endpoint=$x|28000|Project name ('') must contain only alphanumeric characters and hyphen."
            })
    void aPasswordThatOpensNothingIsRefused(String password, String sqlState, String message) throws IOException {
        try (HostileClient client = askedForAPassword()) {
            client.says(new PasswordMessage(ByteString.fromString(password)).encode());

            ErrorFields error = error(client);
            assertThat(error.sqlState()).isEqualTo(sqlState);
            assertThat(error.message()).isEqualTo(message);
        }
    }

    @Test
    void aPasswordWithoutItsEndIsRefused() throws IOException {
        try (HostileClient client = askedForAPassword()) {
            client.says(Packets.tagged('p', 8, ByteString.fromString("pass")));

            ErrorFields error = error(client);
            assertThat(error.sqlState()).isEqualTo("08P01");
            assertThat(error.message()).isEqualTo("Malformed password message: missing terminator");
        }
    }

    @Test
    void aQueryInThePlaceOfAPasswordIsRefused() throws IOException {
        try (HostileClient client = askedForAPassword()) {
            client.says(Packets.tagged('Q', 13, ByteString.fromString("select 1\0")));

            assertThat(error(client).message()).isEqualTo("authentication protocol violation");
        }
    }

    private static HostileClient secured(Optional<String> serverName) throws IOException {
        HostileClient client = premises.stranger();
        client.says(new SslRequest().encode());
        client.hearsByte();
        return client.startsTls(serverName, NO_ALPN);
    }

    /** A client that names no endpoint, so that its password will have to. */
    private static HostileClient askedForAPassword() throws IOException {
        HostileClient client = secured(Optional.empty());
        client.says(Packets.startup("user", "app").encode());
        Frame demand = client.hears();
        assertThat(AuthenticationMessage.decode(demand.body())).isEqualTo(new AuthenticationCleartextPassword());
        return client;
    }

    private static void assertMetWithSilenceInside(StartupPacket packet) throws IOException {
        try (HostileClient client = secured(Optional.of("good.example.test"))) {
            client.says(packet.encode());

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(premises.lineAbout(client).toString()).contains("a request for encryption that is out of place");
        }
    }

    private static ErrorFields error(HostileClient client) throws IOException {
        Frame answer = client.hears();
        assertThat(answer.tag()).isEqualTo(ErrorResponse.TAG);
        assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
        return ErrorResponse.decode(answer.body()).fields();
    }
}
