package dev.reveille.kit.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds a Redis server to run: the machine's own, or the one of the {@code embedded-redis} jar, which holds static
 * binaries of Redis 7.0 for Linux and macOS; it is unpacked once for each test JVM. Of that jar nothing else is used.
 */
final class RedisBinary {

    private static final String VERSION = "7.0.15";

    private static final class Unpacked {
        private static final Path FILE = unpack();
    }

    private RedisBinary() {}

    static Path find() {
        return onPath().orElseGet(() -> Unpacked.FILE);
    }

    private static Optional<Path> onPath() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, "redis-server"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static Path unpack() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        String processor = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        String name = "redis-server-%s-%s-%s".formatted(VERSION, system, processor);
        try (InputStream packed = RedisBinary.class.getClassLoader().getResourceAsStream(name)) {
            if (packed == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            Path file = Files.createTempFile("reveille-redis-server-", "");
            Files.write(file, packed.readAllBytes());
            if (!file.toFile().setExecutable(true)) {
                throw new IllegalStateException(file + " cannot be made executable");
            }
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
