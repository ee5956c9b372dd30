package dev.reveille.journeys.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.RawClient;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.ServeNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.kit.TestCertificates;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.frontend.Query;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** One node with a file that names the same two computes in many ways. */
@ExtendWith(SharedNode.class)
class FixedEndpointsTest {

    private static final String ENCRYPTED = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    private static final String STORE_PASSWORD = "changeit";

    @TempDir
    private static Path temporary;

    private static SecuredCompute secured;
    private static SecuredCompute plain;
    private static ServeNode node;

    @BeforeAll
    static void start(DevNode computes) throws IOException, GeneralSecurityException, SQLException {
        TestCertificates authority = TestCertificates.authority();
        secured = SecuredCompute.with(
                computes, "secured", authority.issue(TestCertificates.Key.EC, "compute.test", "localhost"));
        plain = SecuredCompute.plain(computes, "plain");
        String endpoints = secured.block("disable", "tls = disable")
                + secured.block("prefer", "tls = prefer")
                + secured.block("default", "")
                + secured.block("require", "tls = require")
                + secured.block("verified", "tls = verify-full, tls-server-name = compute.test")
                + secured.block("misnamed", "tls = verify-full, tls-server-name = other.test")
                + plain.block("plain-prefer", "tls = prefer")
                + plain.block("plain-require", "tls = require")
                + plain.block("from-here", "allowed-addresses = [\"10.0.0.0/8\", \"127.0.0.1\"]")
                + plain.block("from-elsewhere", "allowed-addresses = [\"10.0.0.0/8\"]")
                + "endpoints.gone { address = \"127.0.0.1:1\", roles.app = \"" + computes.verifier() + "\" }\n";
        node = ServeNode.in(
                temporary,
                "control-plane { kind = fixed\n" + endpoints + "}\nretries.connect { attempts = 1, base = 10ms }",
                "-Djavax.net.ssl.trustStore=" + trusting(authority),
                "-Djavax.net.ssl.trustStorePassword=" + STORE_PASSWORD);
    }

    @AfterAll
    static void stop() throws SQLException {
        node.close();
        secured.close();
        plain.close();
    }

    @ParameterizedTest
    @CsvSource({"disable, f", "prefer, t", "default, t", "require, t", "verified, t", "plain-prefer, f"})
    void eachModeOfTlsReachesTheComputeAsItsNameSays(String endpoint, String encrypted) throws SQLException {
        // When
        String answer = Jdbc.to(to(endpoint)).ask(ENCRYPTED);

        // Then
        assertThat(answer).isEqualTo(encrypted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"misnamed", "plain-require", "gone"})
    void aComputeThatCannotBeReachedAsAskedIsNotReachedAtAll(String endpoint) throws SQLException {
        // When
        PSQLException refusal = Jdbc.to(to(endpoint)).refusal();

        // Then
        assertThat(refusal.getSQLState()).isEqualTo("08001");
        assertThat(Jdbc.said(refusal).getMessage()).isEqualTo("Couldn't connect to compute node");
    }

    @Test
    void aQueryBehindTlsIsCancelledToo() throws IOException, SQLException {
        String query = "select pg_sleep(300)";
        try (RawClient client = RawClient.loggedIn(to("verified"));
                RawClient canceller = RawClient.plain(to("verified"));
                Connection observer = Jdbc.to(secured.behind()).open()) {
            // Given
            client.say(new Query(query));
            await().atMost(NodeProcess.PATIENCE)
                    .until(() -> Jdbc.ask(
                                    observer, "select count(*) from pg_stat_activity where query = '" + query + "'")
                            .equals("1"));

            // When
            canceller.cancel(client.cancelKey());

            // Then
            assertThat(client.hearUntilReady())
                    .filteredOn(ErrorResponse.class::isInstance)
                    .extracting(error -> ((ErrorResponse) error).fields().sqlState())
                    .containsExactly("57014");
        }
    }

    @Test
    void aClientFromAnAllowedAddressComesIn() throws SQLException {
        // When
        String answer = Jdbc.to(to("from-here")).ask("select 'in'");

        // Then
        assertThat(answer).isEqualTo("in");
    }

    @Test
    void aClientFromElsewhereIsToldItsAddress() throws SQLException {
        // When
        PSQLException refusal = Jdbc.to(to("from-elsewhere")).refusal();

        // Then
        assertThat(refusal.getSQLState()).isEqualTo("28000");
        assertThat(Jdbc.said(refusal).getMessage()).startsWith("This IP address 127.0.0.1 is not allowed to connect");
    }

    @Test
    void anUnknownEndpointLooksLikeAWrongPassword() throws SQLException {
        // When
        PSQLException unknown = Jdbc.to(to("no-such-endpoint")).refusal();
        PSQLException wrong = Jdbc.to(to("plain-prefer").as("app", "not it")).refusal();

        // Then
        assertThat(unknown.getSQLState()).isEqualTo("28P01").isEqualTo(wrong.getSQLState());
        assertThat(Jdbc.said(unknown).getMessage())
                .isEqualTo("password authentication failed for user 'app'")
                .isEqualTo(Jdbc.said(wrong).getMessage());
    }

    @Test
    void aSessionThatItsComputeEndsHearsTheComputesOwnWords() throws SQLException {
        try (Connection connection = Jdbc.to(to("require")).open();
                Connection other = Jdbc.to(to("require")).open();
                Statement statement = other.createStatement()) {
            // When
            statement.execute("select pg_terminate_backend(" + Jdbc.ask(connection, "select pg_backend_pid()") + ")");

            // Then
            PSQLException end = Jdbc.failure(connection, "select 1");
            assertThat(end.getSQLState()).isEqualTo("57P01");
            assertThat(Jdbc.said(end).getRoutine()).isEqualTo("ProcessInterrupts");
        }
    }

    private static Destination to(String endpoint) {
        return node.to(endpoint, secured.behind());
    }

    private static Path trusting(TestCertificates authority) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority.root());
        Path file = temporary.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, STORE_PASSWORD.toCharArray());
        }
        return file;
    }
}
