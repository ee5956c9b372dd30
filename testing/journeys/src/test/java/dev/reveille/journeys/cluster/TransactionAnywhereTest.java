package dev.reveille.journeys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Transactions over HTTP whose requests reach now this node and now that one. */
@ExtendWith(SharedNode.class)
class TransactionAnywhereTest {

    /** A node waits 2 s for a sign of life of another. */
    private static final Duration PROMPTLY = Duration.ofSeconds(4);

    private static final int LARGE = 10_000_000;

    @TempDir
    private static Path temporary;

    private static SecuredCompute compute;
    private static Fleet fleet;
    private static SqlCaller caller;

    @BeforeAll
    static void start(DevNode computes) throws SQLException {
        compute = SecuredCompute.plain(computes, "transaction-anywhere");
        fleet = Fleet.of(2, temporary, compute, "drain = 2s");
        caller = new SqlCaller(compute.behind());
        assertThat(caller.ask(fleet.node(0), "create table entry (text text)")).contains("\"CREATE\"");
    }

    @AfterAll
    static void stop() throws SQLException {
        caller.close();
        fleet.close();
        compute.close();
    }

    @AfterEach
    void makeWhole() {
        fleet.nodes().stream().filter(node -> !node.alive()).forEach(FleetNode::start);
        fleet.awaitWhole();
    }

    @Test
    void whatIsInsertedThroughAnotherNodeIsCommitted() {
        // Given
        String transaction = caller.begin(fleet.node(0));

        // When
        String inserted = caller.ask(fleet.node(1), transaction, "insert into entry values ('committed')");
        long before = count("committed");
        String committed = caller.commit(fleet.node(0), transaction);

        // Then
        assertThat(inserted).contains("\"rowCount\":1");
        assertThat(before).isZero();
        assertThat(committed).contains("COMMIT");
        assertThat(count("committed")).isEqualTo(1);
    }

    @Test
    void anotherNodeCommits() {
        // Given
        String transaction = caller.begin(fleet.node(0));
        caller.ask(fleet.node(0), transaction, "insert into entry values ('elsewhere')");

        // When
        String committed = caller.commit(fleet.node(1), transaction);

        // Then
        assertThat(committed).contains("COMMIT");
        assertThat(count("elsewhere")).isEqualTo(1);
    }

    @Test
    void anotherNodeRollsBack() {
        // Given
        String transaction = caller.begin(fleet.node(0));
        caller.ask(fleet.node(1), transaction, "insert into entry values ('rolled back')");

        // When
        String rolledBack = caller.rollback(fleet.node(1), transaction);

        // Then
        assertThat(rolledBack).contains("ROLLBACK");
        assertThat(count("rolled back")).isZero();
        assertThat(caller.ask(fleet.node(1), transaction, "select 1")).contains("25P01");
    }

    @Test
    void anErrorAndALongRowComeThroughWhole() {
        // Given
        String transaction = caller.begin(fleet.node(0));

        // When
        String row = caller.ask(fleet.node(1), transaction, "select repeat('x', %d) as long".formatted(LARGE));
        String error = caller.ask(fleet.node(1), transaction, "select nothing from nowhere");

        // Then
        assertThat(row).contains("x".repeat(100)).hasSizeBetween(LARGE, LARGE + 1_000);
        assertThat(error).contains("42P01", "nowhere");
        assertThat(caller.commit(fleet.node(1), transaction)).contains("ROLLBACK");
    }

    @Test
    void aTransactionOfANodeThatWasKilledIsUnknownSoon() {
        // Given
        String transaction = caller.begin(fleet.node(0));
        caller.ask(fleet.node(1), transaction, "insert into entry values ('killed')");
        fleet.node(0).kill();

        // When
        long begun = System.nanoTime();
        String answer = caller.ask(fleet.node(1), transaction, "select 1");
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        String commit = caller.commit(fleet.node(1), transaction);

        // Then
        assertThat(answer).contains("25P01");
        assertThat(took).isLessThan(PROMPTLY);
        assertThat(commit).contains("25P01");
        assertThat(count("killed")).isZero();
    }

    @Test
    void aNodeThatLeavesRollsBackAtTheEndOfItsPatience() {
        // Given
        String transaction = caller.begin(fleet.node(0));
        caller.ask(fleet.node(1), transaction, "insert into entry values ('left')");

        // When
        fleet.node(0).leave();
        String answer = caller.ask(fleet.node(1), transaction, "select 1");

        // Then
        assertThat(answer).contains("25P01");
        assertThat(count("left")).isZero();
    }

    @Test
    void aStatementThatRunsWhenItsNodeLeavesIsToldSo() {
        // Given
        String transaction = caller.begin(fleet.node(0));
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(
                () -> caller.ask(fleet.node(1), transaction, "select pg_sleep(50)"),
                task -> Thread.ofVirtual().start(task));
        await().atMost(NodeProcess.PATIENCE)
                .until(() -> caller.ask(
                                fleet.node(1),
                                "select count(*)::text || ' run' as n from pg_stat_activity"
                                        + " where state = 'active' and query = 'select pg_sleep(50)'")
                        .contains("1 run"));

        // When
        fleet.node(0).leave();

        // Then
        assertThat(answer.join())
                .contains("08006", "terminating connection due to administrator command", "may have been carried out");
    }

    @Test
    void aNodeThatCameBackDoesNotKnowTheTransactionsOfItsFormerLife() {
        // Given
        String transaction = caller.begin(fleet.node(0));
        fleet.node(0).kill();
        fleet.node(0).start();
        fleet.awaitWhole();

        // Then
        assertThat(caller.ask(fleet.node(1), transaction, "select 1")).contains("25P01");
        assertThat(caller.ask(fleet.node(0), transaction, "select 1")).contains("25P01");
    }

    private static long count(String text) {
        String answer = caller.ask(
                fleet.node(1), "select count(*)::text || ' rows' as n from entry where text = '%s'".formatted(text));
        return Long.parseLong(answer.replaceAll("(?s).*\"(\\d+) rows\".*", "$1"));
    }
}
