package dev.reveille.journeys.house;

import dev.reveille.journeys.clients.Jdbc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A data directory that has a password, a certificate and a template, so that not every node waits for an initdb. */
final class Seed {

    private static final Path DIRECTORY = make();

    private Seed() {}

    static Path copyTo(Path target) {
        copy(DIRECTORY, target);
        return target;
    }

    private static Path make() {
        try {
            Path directory = Files.createTempDirectory("reveille-journeys-seed-");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            try (DevNode node = DevNode.on(directory);
                    Connection _ = Jdbc.to(node.to("seed")).open()) {
                // One endpoint was woken: the template is there.
            }
            for (String leftover : List.of("endpoints", "building")) {
                delete(directory.resolve(leftover));
            }
            return directory;
        } catch (IOException | SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static void delete(Path tree) {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
