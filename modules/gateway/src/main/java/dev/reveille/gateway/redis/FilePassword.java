package dev.reveille.gateway.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A password in a file, which may be replaced at any time: its first line, in UTF-8. Read on a virtual thread.
 *
 * @param lookEvery how often to look whether it has changed
 */
public record FilePassword(Path file, Duration lookEvery) implements PasswordSource {

    public static final Duration LOOK_EVERY_DEFAULT = Duration.ofSeconds(10);

    private static final int SIZE_MAX = 64 * 1024;

    @Override
    public CompletionStage<Password> fetch() {
        return CompletableFuture.supplyAsync(
                this::read,
                reading -> Thread.ofVirtual().name("redis-password-file").start(reading));
    }

    private Password read() {
        try {
            if (Files.size(file) > SIZE_MAX) {
                throw new IllegalStateException("%s holds more than a password".formatted(file));
            }
            String first = Files.readString(file).lines().findFirst().orElse("");
            if (first.isEmpty()) {
                throw new IllegalStateException("%s holds no password".formatted(file));
            }
            return new Password(first, Optional.of(lookEvery));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("%s cannot be read".formatted(file), unreadable);
        }
    }
}
