package dev.reveille.gateway.sql;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings whose limits a test can reach. */
final class Settings {

    private static final SqlSettings DEFAULTS = SqlSettings.DEFAULTS;

    private Settings() {}

    /** Answers of at most 4 KiB, bodies of at most 64,000 bytes that come within a second. */
    static SqlSettings small() {
        return of(
                64_000,
                4_096,
                DEFAULTS.bufferBytes(),
                DEFAULTS.streamBytes(),
                DEFAULTS.memoryBytes(),
                List.of(),
                Duration.ofSeconds(60));
    }

    /** Answers of at most 64 MiB, streamed from 100,000 bytes on. */
    static SqlSettings streaming(Duration readerMax) {
        return of(64_000, 64 << 20, 100_000, 256 * 1024, DEFAULTS.memoryBytes(), List.of(), readerMax);
    }

    static SqlSettings origins(String... origins) {
        return of(
                64_000,
                4_096,
                DEFAULTS.bufferBytes(),
                DEFAULTS.streamBytes(),
                DEFAULTS.memoryBytes(),
                List.of(origins),
                Duration.ofSeconds(60));
    }

    static SqlSettings memory(long bytes) {
        return of(64_000, 8 << 20, 8 << 20, 256 * 1024, bytes, List.of(), Duration.ofSeconds(60));
    }

    private static SqlSettings of(
            int requestBytes,
            int answerBytes,
            int bufferBytes,
            int streamBytes,
            long memory,
            List<String> origins,
            Duration readerMax) {
        return new SqlSettings(
                requestBytes,
                answerBytes,
                bufferBytes,
                streamBytes,
                memory,
                Duration.ofSeconds(1),
                readerMax,
                DEFAULTS.authenticationMax(),
                Optional.of(Duration.ofSeconds(30)),
                false,
                origins,
                DEFAULTS.provenMax(),
                DEFAULTS.provenFor(),
                DEFAULTS.typesMax(),
                DEFAULTS.typesFor(),
                DEFAULTS.typeLookUpMax());
    }
}
