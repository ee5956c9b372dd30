package dev.reveille.journeys.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.house.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Programs for Node.js in {@code node/}, and the packages that they use. Those are installed from the lock file at the first
 * use, which needs npm and its registry: where that fails, the journeys are skipped, or fail in CI.
 */
final class NodeModules {

    static final Path DIRECTORY = Path.of("node").toAbsolutePath();

    private NodeModules() {}

    /** Starts a program of {@link #DIRECTORY}. */
    static Process start(Map<String, String> environment, String program, String... arguments) {
        Path node = Tools.program("node");
        install();
        List<String> command = new ArrayList<>(List.of(node.toString(), program));
        command.addAll(List.of(arguments));
        return start(command, environment);
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
                Psql.end(start(List.of(npm.toString(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"), Map.of()));
        if (outcome.status() != 0) {
            Tools.without("npm ci could not install the packages of node/: " + outcome.err());
        }
        assertThat(installed).exists();
    }

    private static Process start(List<String> command, Map<String, String> environment) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(DIRECTORY.toFile());
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
