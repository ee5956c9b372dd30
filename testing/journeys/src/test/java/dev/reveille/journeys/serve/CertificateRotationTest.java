package dev.reveille.journeys.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.ServeNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;

/** A node that demands TLS, and whose certificate changes while it runs. */
@ExtendWith(SharedNode.class)
class CertificateRotationTest {

    private final DevNode computes;
    private final TestCertificates before = TestCertificates.authority();
    private final TestCertificates after = TestCertificates.authority();

    @TempDir
    private Path temporary;

    private SecuredCompute compute;
    private ServeNode node;

    CertificateRotationTest(DevNode computes) {
        this.computes = computes;
    }

    @BeforeEach
    void start() throws IOException, SQLException {
        compute = SecuredCompute.plain(computes, "plain");
        install(before.issue(TestCertificates.Key.EC, "localhost", "*.localhost"));
        Files.writeString(temporary.resolve("before.pem"), before.rootPem());
        Files.writeString(temporary.resolve("after.pem"), after.rootPem());
        node = ServeNode.in(temporary, """
                tls { directory = "certs", required = true, reload-interval = 100ms }
                control-plane { kind = fixed, %s }
                """.formatted(compute.block("blue", "tls = disable")));
    }

    @AfterEach
    void stop() throws SQLException {
        node.close();
        compute.close();
    }

    @Test
    void aNewCertificateServesNewClientsAndDropsNobody() throws SQLException {
        try (Connection old = trusting("before").open()) {
            // When
            install(after.issue(TestCertificates.Key.RSA, "localhost", "*.localhost"));

            // Then
            await().atMost(NodeProcess.PATIENCE)
                    .ignoreExceptionsInstanceOf(PSQLException.class)
                    .until(() -> trusting("after").ask("select 'in'").equals("in"));
            assertThat(trusting("before").refusal().getMessage()).contains("PKIX path");
            Jdbc.assertAlive(old);
        }
    }

    @Test
    void aCertificateThatIsNoneIsReportedAndChangesNothing() throws SQLException, IOException {
        // Given
        Files.writeString(temporary.resolve("certs/default.crt"), "no certificate");

        // When
        node.process().awaitLogged("default.crt");

        // Then
        assertThat(trusting("before").ask("select 'in'")).isEqualTo("in");
    }

    @Test
    void aClientInClearTextIsSentForTls() throws SQLException {
        // When
        PSQLException refusal = trusting("before").with("sslmode", "disable").refusal();

        // Then
        assertThat(refusal.getSQLState()).isEqualTo("28000");
        assertThat(Jdbc.said(refusal).getMessage()).contains("sslmode=require");
    }

    private Jdbc trusting(String authority) {
        Destination blue = node.to("blue", compute.behind()).trusting(temporary.resolve(authority + ".pem"));
        return Jdbc.to(blue).byServerName("verify-full");
    }

    private void install(TestCertificate certificate) {
        certificate.writeTo(temporary.resolve("certs/default.crt"), temporary.resolve("certs/default.key"));
    }
}
