package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs that write a lot, in the place of servers. */
class RunningLogTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    private Path directory;

    private ComputeFiles files;
    private SupervisedProcess server;

    @BeforeEach
    void startsTalking() throws Exception {
        files = new ComputeFiles(directory);
        files.rotateLog();
        // 17 MB at once, and then a line from time to time
        server = SupervisedProcess.start(
                List.of(
                        "/bin/sh",
                        "-c",
                        "yes a line of some length | head -c 17825792; while sleep 0.05; do echo more; done"),
                files.log());
    }

    @AfterEach
    void stopsTalking() throws Exception {
        server.end(PATIENCE, "KILL");
    }

    @Test
    void aLogThatGrowsTooLongBeginsAnewAndItsEndIsKept() throws Exception {
        // When
        RunningLog.keepShort(server, files, OFTEN);

        // Then
        await().atMost(PATIENCE).until(() -> Files.exists(files.olderLog()) && isShort());
        assertThat(Files.size(files.olderLog())).isEqualTo(RunningLog.BYTES_KEPT);
        assertThat(Files.getPosixFilePermissions(files.olderLog()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        await().atMost(PATIENCE).until(() -> Files.readString(files.log()).endsWith("more\n") && isShort());
    }

    private boolean isShort() throws Exception {
        return Files.size(files.log()) < RunningLog.BYTES_KEPT;
    }
}
