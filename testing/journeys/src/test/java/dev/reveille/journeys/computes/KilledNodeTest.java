package dev.reveille.journeys.computes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} of a node, and a second node where one already is. */
class KilledNodeTest {

    @TempDir
    private Path temporary;

    @Test
    void aKilledNodeLeavesNoServerAndTheNextOneServesTheSameData() throws SQLException {
        // Given
        DevNode killed = DevNode.in(temporary);
        try (Connection one = Jdbc.to(killed.to("one")).open();
                Connection other = Jdbc.to(killed.to("other")).open()) {
            Jdbc.ask(one, "create table kept as select 'one' as text");
            Jdbc.ask(other, "create table kept as select 'other' as text");

            // When
            killed.process().kill();
        }

        // Then
        await().atMost(NodeProcess.PATIENCE).until(() -> !killed.anybodyIn("one") && !killed.anybodyIn("other"));
        try (DevNode next = DevNode.on(killed.data())) {
            assertThat(Jdbc.to(next.to("one")).ask("select text from kept")).isEqualTo("one");
            assertThat(Jdbc.to(next.to("other")).ask("select text from kept")).isEqualTo("other");
        }
    }

    @Test
    void aSecondNodeOnTheSameDirectoryIsRefusedAndTheFirstGoesOn() throws SQLException {
        try (DevNode first = DevNode.in(temporary);
                Connection connection = Jdbc.to(first.to("demo")).open()) {
            // When
            NodeProcess second = NodeProcess.start(
                    "dev",
                    "--data",
                    first.data().toString(),
                    "--postgres",
                    "127.0.0.1:0",
                    "--web",
                    "127.0.0.1:0",
                    "--admin",
                    "127.0.0.1:0");

            // Then
            assertThat(second.awaitExit()).isEqualTo(1);
            second.awaitLogged("reveille: ");
            assertThat(second.log()).anyMatch(line -> line.contains(first.data().toString()));
            Jdbc.assertAlive(connection);
        }
    }
}
