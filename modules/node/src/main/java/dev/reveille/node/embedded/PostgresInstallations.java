package dev.reveille.node.embedded;

import dev.reveille.node.embedded.EmbeddedSettings.PostgresSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Every PostgreSQL that can be had here: on {@code PATH}, in Debian's versioned directories (the highest version first),
 * and in the archive on the class path. Searched once, when first needed; the archive is unpacked only when nothing else
 * will do. Blocking; may be used by several threads.
 */
final class PostgresInstallations {

    /** The oldest version that knows everything asked of it. */
    private static final int MAJOR_MIN = 12;

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");

    private final PostgresSource source;
    private final PostgresArchive archive;
    private final ReentrantLock searching = new ReentrantLock();
    private Optional<List<PostgresBinaries>> onMachine = Optional.empty();
    private Optional<PostgresBinaries> unpacked = Optional.empty();

    PostgresInstallations(PostgresSource source, PostgresArchive archive) {
        this.source = source;
        this.archive = archive;
    }

    /** The one that new data directories are made with. */
    PostgresBinaries preferred() throws EmbeddedFailure, IOException, InterruptedException {
        searching.lock();
        try {
            List<PostgresBinaries> found = onMachine();
            if (!found.isEmpty()) {
                return found.getFirst();
            }
            if (source == PostgresSource.MACHINE) {
                throw EmbeddedFailure.ofMachine("no PostgreSQL " + MAJOR_MIN + " or newer on PATH or in " + DEBIAN
                        + ", and the settings allow no other");
            }
            return unpacked()
                    .orElseThrow(() -> EmbeddedFailure.ofMachine("no PostgreSQL " + MAJOR_MIN
                            + " or newer on PATH or in " + DEBIAN + ", and the archive has none that runs on "
                            + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                            + ". Install PostgreSQL, for example with the package postgresql."));
        } finally {
            searching.unlock();
        }
    }

    /** The one that can serve data directories of version {@code major}; a failure names what is here instead. */
    PostgresBinaries ofMajor(int major) throws EmbeddedFailure, IOException, InterruptedException {
        searching.lock();
        try {
            List<PostgresBinaries> all = new ArrayList<>(onMachine());
            for (PostgresBinaries each : all) {
                if (each.major() == major) {
                    return each;
                }
            }
            if (source != PostgresSource.MACHINE) {
                unpacked().ifPresent(all::add);
            }
            return all.stream()
                    .filter(each -> each.major() == major)
                    .findFirst()
                    .orElseThrow(() -> EmbeddedFailure.ofRequest(
                            "The data of this endpoint was made by PostgreSQL " + major + ", and this machine has only "
                                    + names(all) + ". Install PostgreSQL " + major + ", or use another endpoint."));
        } finally {
            searching.unlock();
        }
    }

    private static String names(List<PostgresBinaries> found) {
        return found.isEmpty()
                ? "none"
                : String.join(
                        ", ",
                        found.stream()
                                .map(each -> "PostgreSQL " + each.version())
                                .toList());
    }

    private Optional<PostgresBinaries> unpacked() throws IOException, InterruptedException {
        if (unpacked.isEmpty()) {
            Optional<Path> directory = archive.unpacked();
            unpacked = directory.isPresent() ? PostgresBinaries.in(directory.get()) : Optional.empty();
        }
        return unpacked;
    }

    private List<PostgresBinaries> onMachine() throws IOException, InterruptedException {
        if (source == PostgresSource.ARCHIVE) {
            return List.of();
        }
        if (onMachine.isEmpty()) {
            SequencedSet<Path> directories = new LinkedHashSet<>(SearchPath.directories());
            directories.addAll(debian());
            SequencedSet<PostgresBinaries> found = new LinkedHashSet<>();
            for (Path directory : directories) {
                PostgresBinaries.in(directory)
                        .filter(each -> each.major() >= MAJOR_MIN)
                        .ifPresent(found::add);
            }
            onMachine = Optional.of(List.copyOf(found));
        }
        return onMachine.get();
    }

    private static List<Path> debian() throws IOException {
        if (!Files.isDirectory(DEBIAN)) {
            return List.of();
        }
        List<Path> versions = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(DEBIAN, "[0-9]*")) {
            entries.forEach(versions::add);
        }
        return versions.stream()
                .filter(entry -> entry.getFileName().toString().matches("\\d{1,4}"))
                .sorted(Comparator.comparingInt((Path entry) ->
                                Integer.parseInt(entry.getFileName().toString()))
                        .reversed())
                .map(entry -> entry.resolve("bin"))
                .toList();
    }
}
