package dev.reveille.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.node.commands.CommandLineEntry;
import dev.reveille.node.training.Training;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {

    @TempDir
    private Path directory;

    @Test
    void aNodePractisesAndStops() {
        // Given
        StringWriter errors = new StringWriter();

        // When
        int status = new CommandLineEntry(new Node(), data -> "")
                .run(new PrintWriter(new StringWriter()), new PrintWriter(errors, true), "train");

        // Then
        assertThat(errors.toString()).isEmpty();
        assertThat(status).isZero();
    }

    /** Whoever asks for a pooled session; without that, their first logins are as slow as if nobody had practised. */
    @Test
    void visitorsLeaveTheirConnectionsToThoseAfterThem() throws Exception {
        try (Training training = Training.prepare();
                NodeUnderTest node = NodeUnderTest.startedWith(training.settings(), directory)) {
            // When
            training.work();

            // Then
            assertThat(node.status().kept().reused()).isPositive();
        }
    }
}
