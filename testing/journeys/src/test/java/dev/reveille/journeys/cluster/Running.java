package dev.reveille.journeys.cluster;

import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.serve.SecuredCompute;
import java.sql.Connection;
import java.sql.SQLException;
import org.awaitility.Awaitility;

/** What the fleet's compute is at, seen from a session that goes past the fleet. */
final class Running {

    private Running() {}

    /** Waits until the compute runs a query with this text in it. */
    static void await(SecuredCompute compute, String text) throws SQLException {
        try (Connection observer = Jdbc.to(compute.behind()).open()) {
            Awaitility.await().atMost(NodeProcess.PATIENCE).until(() -> count(observer, text) > 0);
        }
    }

    /** Waits until the compute runs no query with this text in it. */
    static void awaitNone(SecuredCompute compute, String text) throws SQLException {
        try (Connection observer = Jdbc.to(compute.behind()).open()) {
            Awaitility.await().atMost(NodeProcess.PATIENCE).until(() -> count(observer, text) == 0);
        }
    }

    private static int count(Connection observer, String text) throws SQLException {
        return Integer.parseInt(Jdbc.ask(
                observer,
                "select count(*) from pg_stat_activity where state = 'active' and pid <> pg_backend_pid()"
                        + " and query like '%" + text + "%'"));
    }
}
