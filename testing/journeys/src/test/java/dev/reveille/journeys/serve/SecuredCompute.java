package dev.reveille.journeys.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.Tools;
import dev.reveille.kit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** A server of a development node, kept awake to be reached past that node; with TLS of its own, if wanted. */
public final class SecuredCompute implements AutoCloseable {

    private final DevNode node;
    private final String endpoint;
    private final Connection keptAwake;

    private SecuredCompute(DevNode node, String endpoint, Connection keptAwake) {
        this.node = node;
        this.endpoint = endpoint;
        this.keptAwake = keptAwake;
    }

    public static SecuredCompute plain(DevNode node, String endpoint) throws SQLException {
        return new SecuredCompute(node, endpoint, Jdbc.to(node.to(endpoint)).open());
    }

    /** With {@code ssl = on} and this certificate. */
    static SecuredCompute with(DevNode node, String endpoint, TestCertificate certificate)
            throws SQLException, IOException {
        SecuredCompute compute = plain(node, endpoint);
        compute.secure(certificate);
        return compute;
    }

    public Destination behind() {
        return node.to(endpoint);
    }

    /** Past all nodes, to PostgreSQL itself. */
    public Destination itself() {
        Destination behind = behind();
        return new Destination(
                node.computePort(endpoint), "", behind.role(), behind.password(), behind.database(), behind.trusted());
    }

    /** A block for the file of {@code serve}, by which {@code name} leads here. */
    public String block(String name, String more) {
        return """
                endpoints.%s { address = "%s:%d", roles.app = "%s", %s }
                """.formatted(name, Destination.LOOPBACK, node.computePort(endpoint), node.verifier(), more);
    }

    private void secure(TestCertificate certificate) throws IOException, SQLException {
        Path files = node.files(endpoint);
        Path chain = files.resolve("journey.crt");
        Path key = files.resolve("journey.key");
        certificate.writeTo(chain, key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        for (Path file : List.of(chain, key)) {
            Files.setOwner(file, Files.getOwner(files));
        }
        Files.writeString(
                files.resolve("postgresql.conf"),
                "ssl = on\nssl_cert_file = 'journey.crt'\nssl_key_file = 'journey.key'\n",
                StandardOpenOption.APPEND);
        String postmaster = Files.readAllLines(files.resolve("postmaster.pid")).getFirst();
        List<String> reload = List.of(Tools.program("kill").toString(), "-HUP", postmaster);
        assertThat(Psql.end(new ProcessBuilder(reload).start()).status()).isZero();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Jdbc.ask(keptAwake, "show ssl").equals("on"));
    }

    @Override
    public void close() throws SQLException {
        keptAwake.close();
    }
}
