package dev.reveille.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.node.commands.CommandLineEntry;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TrainingTest {

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
}
