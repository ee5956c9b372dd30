package dev.reveille.journeys.computes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.ServeNode;
import dev.reveille.journeys.house.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes on machines without PostgreSQL: the programs come with Reveille. */
class ArchivedPostgresTest {

    private static final String EMBEDDED = """
            control-plane {
              kind = embedded
              embedded { data = "data", postgres = archive }
            }
            """;

    /** The user {@code nobody} of every Linux. */
    private static final int NOBODY = 65_534;

    @TempDir
    private Path temporary;

    @Test
    void whoeverRunsTheTestsIsServedFromTheArchive() throws IOException, SQLException {
        try (ServeNode node = ServeNode.in(temporary, EMBEDDED)) {
            // When
            String answer = Jdbc.to(demo(node)).ask("show server_version_num");

            // Then
            assertThat(Integer.parseInt(answer)).isGreaterThanOrEqualTo(180_000);
        }
    }

    @Test
    void anOrdinaryUserIsServedFromTheArchive() throws IOException, SQLException {
        // Given
        Assumptions.assumeTrue(
                (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
                "only root can run a process as another user");
        Path setpriv = Tools.program("setpriv");
        Path home = Files.createDirectory(temporary.resolve("home"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setAttribute(home, "unix:uid", NOBODY);
        List<String> asNobody =
                List.of(setpriv.toString(), "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--");
        try (ServeNode node = ServeNode.behind(asNobody, classPathForEverybody(), home, EMBEDDED)) {
            // When
            String answer = Jdbc.to(demoIn(home, node)).ask("show server_version_num");

            // Then
            assertThat(Integer.parseInt(answer)).isGreaterThanOrEqualTo(180_000);
            assertThat(Files.getAttribute(home.resolve("data/endpoints/demo/data"), "unix:uid"))
                    .isEqualTo(NOBODY);
        }
    }

    private Destination demo(ServeNode node) throws IOException {
        return demoIn(temporary, node);
    }

    private static Destination demoIn(Path home, ServeNode node) throws IOException {
        String password = Files.readString(home.resolve("data/password")).strip();
        return node.to("demo", new Destination(0, "demo", "app", password, "app", home));
    }

    /** Another user may not be able to look into root's home, where Maven keeps libraries. */
    private List<Path> classPathForEverybody() throws IOException {
        Path copies = Files.createDirectory(temporary.resolve("class-path"));
        List<Path> classPath = new ArrayList<>();
        for (Path original : NodeProcess.classPath()) {
            if (Files.exists(original)) {
                Path copy = copies.resolve(classPath.size() + "-" + original.getFileName());
                copy(original, copy);
                classPath.add(copy);
            }
        }
        return classPath;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
