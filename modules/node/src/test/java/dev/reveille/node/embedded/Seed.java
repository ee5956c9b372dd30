package dev.reveille.node.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** A data directory with a password and a template in it, made once, so that not every test waits for an initdb. */
final class Seed {

    private static final Path DIRECTORY = make();

    private Seed() {}

    /** A data directory of its own at {@code target}. */
    static Path copyTo(Path target) throws IOException {
        new FileTree(DIRECTORY).copyTo(target);
        return target;
    }

    private static Path make() {
        try {
            Path directory = Files.createTempDirectory(
                    "reveille-seed-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> forget(directory)));
            try (EmbeddedHouse house = EmbeddedHouse.open(EmbeddedSettings.of(directory, Duration.ofMinutes(10)))) {
                house.wake("seed");
            }
            new FileTree(directory.resolve("endpoints")).delete();
            return directory;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void forget(Path directory) {
        try {
            new FileTree(directory).delete();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
