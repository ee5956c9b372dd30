package dev.reveille.journeys.computes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code reveille endpoints}, beside a running node and without one. */
class EndpointsCommandTest {

    private static final String LAST_USE = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d";

    @TempDir
    private Path temporary;

    @Test
    void theEndpointsOfARunningNodeAreListedWithTheirStateAndAfterwardsAsAsleep() throws SQLException {
        List<String> meanwhile;
        try (DevNode node = DevNode.in(temporary);
                Connection _ = Jdbc.to(node.to("blue-sky-42")).open();
                Connection _ = Jdbc.to(node.to("green")).open()) {
            // When
            meanwhile = endpoints();
        }
        List<String> afterwards = endpoints();

        // Then
        assertThat(meanwhile).hasSize(3);
        assertThat(meanwhile.get(0)).matches("name +state +size +last use");
        assertThat(meanwhile.get(1)).matches("blue-sky-42 +ready +[0-9.]+ MB +" + LAST_USE);
        assertThat(meanwhile.get(2)).matches("green +ready +[0-9.]+ MB +" + LAST_USE);
        assertThat(afterwards.get(1)).matches("blue-sky-42 +asleep +[0-9.]+ MB +" + LAST_USE);
    }

    @Test
    void aDirectoryThatIsNotThereIsNamed() {
        // When
        NodeProcess command = NodeProcess.start(
                "endpoints", "--data", temporary.resolve("nowhere").toString());

        // Then
        assertThat(command.awaitExit()).isEqualTo(1);
        command.awaitLogged("there is no data directory " + temporary.resolve("nowhere"));
    }

    private List<String> endpoints() {
        NodeProcess command = NodeProcess.start(
                "endpoints", "--data", temporary.resolve("data").toString());
        assertThat(command.awaitExit()).isZero();
        return command.allOutput();
    }
}
