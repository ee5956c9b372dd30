package dev.reveille.journeys.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.house.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The way by node-postgres: {@code node/story.mjs} tells the stories. The package is installed from the lock file at the
 * first use, which needs npm and its registry: where that fails, the stories are skipped, or fail in CI.
 */
public final class NodePostgres {

    private static final Path DIRECTORY = Path.of("node").toAbsolutePath();

    private NodePostgres() {}

    /** Tells the story of that name; what it prints. */
    public static String tell(String story, Destination destination) {
        Path node = Tools.program("node");
        install();
        Process process = start(List.of(node.toString(), "story.mjs", story));
        try (var input = process.outputWriter()) {
            input.write("""
                    {"port": %d, "user": "%s", "password": "%s", "database": "%s", "endpoint": "%s", "ca": "%s"}
                    """.formatted(
                            destination.port(),
                            destination.role(),
                            destination.password(),
                            destination.database(),
                            destination.endpoint(),
                            destination.trusted()));
        } catch (IOException gone) {
            // It ended early; its outcome says why.
        }
        return Psql.end(process).answer();
    }

    private static synchronized void install() {
        Path lock = DIRECTORY.resolve("package-lock.json");
        Path installed = DIRECTORY.resolve("node_modules/.package-lock.json");
        try {
            if (Files.exists(installed)
                    && !Files.getLastModifiedTime(installed)
                            .toInstant()
                            .isBefore(Files.getLastModifiedTime(lock).toInstant())) {
                return;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        Path npm = Tools.program("npm");
        Psql.Outcome outcome =
                Psql.end(start(List.of(npm.toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund")));
        if (outcome.status() != 0) {
            Tools.without("npm ci could not install node-postgres: " + outcome.err());
        }
        assertThat(installed).exists();
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).directory(DIRECTORY.toFile()).start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
