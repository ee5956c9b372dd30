package dev.reveille.journeys.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.ServeNode;
import dev.reveille.journeys.house.SharedNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;

/** A node with room for two. */
@ExtendWith(SharedNode.class)
class ConnectionLimitTest {

    private final DevNode computes;

    @TempDir
    private Path temporary;

    ConnectionLimitTest(DevNode computes) {
        this.computes = computes;
    }

    @Test
    void oneClientTooManyIsToldSoAndMayComeWhenAnotherHasLeft() throws SQLException {
        try (SecuredCompute compute = SecuredCompute.plain(computes, "plain");
                ServeNode node = ServeNode.in(
                        temporary,
                        "limits.max-connections = 2\ncontrol-plane { kind = fixed\n"
                                + compute.block("blue", "tls = disable") + "}")) {
            Destination blue = node.to("blue", compute.behind());
            try (Connection first = Jdbc.to(blue).open();
                    Connection second = Jdbc.to(blue).open()) {
                // When
                PSQLException refusal = Jdbc.to(blue).refusal();
                Psql.Outcome psql = Psql.to(blue).ask(List.of("select 1"));

                // Then
                assertThat(refusal.getSQLState()).isEqualTo("53300");
                assertThat(psql.err()).contains("sorry, too many clients already");
                Jdbc.assertAlive(first);
                Jdbc.assertAlive(second);
            }
            await().atMost(NodeProcess.PATIENCE)
                    .ignoreExceptionsInstanceOf(PSQLException.class)
                    .until(() -> Jdbc.to(blue).ask("select 'in'").equals("in"));
        }
    }
}
