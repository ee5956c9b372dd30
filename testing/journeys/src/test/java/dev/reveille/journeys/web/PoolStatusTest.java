package dev.reveille.journeys.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.SqlOverHttp;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.ServeNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the admin door tells of the connections that requests share, on a node that has one for each endpoint. */
@ExtendWith(SharedNode.class)
class PoolStatusTest {

    private final SecuredCompute compute;

    @TempDir
    private Path temporary;

    private ServeNode node;
    private SqlOverHttp caller;

    PoolStatusTest(DevNode computes) throws SQLException {
        this.compute = SecuredCompute.plain(computes, "pool-status");
    }

    @BeforeEach
    void start() {
        node = ServeNode.in(
                temporary,
                "pools.connections-max = 1\ncontrol-plane { kind = fixed\n" + compute.block("blue", "") + "}");
        caller = SqlOverHttp.to(node.toWeb("blue", compute.behind()));
    }

    @AfterEach
    void stop() throws SQLException {
        node.close();
        compute.close();
    }

    @Test
    void whoWaitsAndWhatWasOpenedIsThereToBeSeen() throws SQLException {
        // Given
        CompletableFuture<HttpResponse<String>> slow =
                CompletableFuture.supplyAsync(() -> caller.ask("select pg_sleep(3600)"), Thread::startVirtualThread);
        awaitStatus("\"pools\":{\"open\":1,\"idle\":0,\"waiting\":0,\"opened\":1,");

        // When
        CompletableFuture<HttpResponse<String>> next =
                CompletableFuture.supplyAsync(() -> caller.ask("select 1"), Thread::startVirtualThread);

        // Then
        awaitStatus("\"waiting\":1,");
        cancelTheSlowOne();
        assertThat(slow.join().body()).contains("57014");
        assertThat(next.join().statusCode()).isEqualTo(200);
        awaitStatus("\"pools\":{\"open\":1,\"idle\":1,\"waiting\":0,\"opened\":1,\"hits\":1,\"waits\":1,");
    }

    @Test
    void openTransactionsAreCounted() {
        // When
        caller.post("/sql/begin", "");

        // Then
        awaitStatus("\"transactions\":{\"open\":1}");
    }

    private void cancelTheSlowOne() throws SQLException {
        Jdbc.to(compute.behind())
                .ask("select pg_cancel_backend(pid) from pg_stat_activity where query like 'select pg_sleep%'");
    }

    private void awaitStatus(String part) {
        await().atMost(NodeProcess.PATIENCE)
                .untilAsserted(() -> assertThat(NodeProcess.body(node.doors().admin(), "/v1/status"))
                        .contains(part));
    }
}
