package dev.reveille.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerContextsTest {

    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    private Path temporary;

    /** In a process of its own: the JDK's engine looks at what it is told only once, and other tests use it too. */
    @Test
    void aClientCannotAskTheJdksEngineForAnotherHandshake() throws Exception {
        // When
        Path output = temporary.resolve("output");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SecondHandshake.class.getName()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }

        // Then
        assertThat(ended).isTrue();
        assertThat(Files.readString(output, StandardCharsets.UTF_8)).contains("first handshake done", "refused");
    }
}
