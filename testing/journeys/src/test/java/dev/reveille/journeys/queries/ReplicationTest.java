package dev.reveille.journeys.queries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.house.Tools;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.replication.PGReplicationStream;

/** Sessions that stream the log of an endpoint, logical and physical (PostgreSQL manual, 55.4). */
@ExtendWith(SharedNode.class)
class ReplicationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Destination streamed;

    ReplicationTest(DevNode node) {
        this.streamed = node.to("streamed");
    }

    @AfterEach
    void dropSlots() throws SQLException {
        try (Connection connection = Jdbc.to(streamed).open()) {
            await().atMost(PATIENCE)
                    .until(() -> Jdbc.ask(connection, "select count(*) from pg_replication_slots where active")
                            .equals("0"));
            Jdbc.rows(connection, "select pg_drop_replication_slot(slot_name) from pg_replication_slots");
        }
    }

    @Test
    void aLogicalStreamShowsEachChangeAndIsAcknowledged() throws SQLException {
        try (Connection replication = Jdbc.to(streamed)
                        .with("replication", "database")
                        .with("assumeMinServerVersion", "9.4")
                        .with("preferQueryMode", "simple")
                        .open();
                Connection writer = Jdbc.to(streamed).open()) {
            // Given
            Jdbc.ask(writer, "drop table if exists changes");
            Jdbc.ask(writer, "create table changes (n int primary key)");
            var driver = Jdbc.driver(replication).getReplicationAPI();
            driver.createReplicationSlot()
                    .logical()
                    .withSlotName("told")
                    .withOutputPlugin("test_decoding")
                    .make();
            PGReplicationStream stream = driver.replicationStream()
                    .logical()
                    .withSlotName("told")
                    .withSlotOption("include-xids", false)
                    .withStatusInterval(100, TimeUnit.MILLISECONDS)
                    .start();

            // When
            Jdbc.ask(writer, "insert into changes values (1)");
            Jdbc.ask(writer, "delete from changes");

            // Then
            List<String> heard = new ArrayList<>();
            for (int n = 0; n < 6; n++) {
                var change = stream.read();
                heard.add(new String(change.array(), change.arrayOffset(), change.remaining(), StandardCharsets.UTF_8));
                stream.setAppliedLSN(stream.getLastReceiveLSN());
                stream.setFlushedLSN(stream.getLastReceiveLSN());
            }
            assertThat(heard)
                    .containsExactly(
                            "BEGIN",
                            "table public.changes: INSERT: n[integer]:1",
                            "COMMIT",
                            "BEGIN",
                            "table public.changes: DELETE: n[integer]:1",
                            "COMMIT");
            stream.forceUpdateStatus();
            String last = stream.getLastReceiveLSN().asString();
            await().atMost(PATIENCE)
                    .until(() -> Jdbc.ask(
                                    writer,
                                    "select confirmed_flush_lsn >= '" + last
                                            + "' from pg_replication_slots where slot_name = 'told'")
                            .equals("t"));
            stream.close();
        }
    }

    @Test
    void pgRecvlogicalFollowsAnEndpoint(@TempDir Path directory) throws SQLException, IOException {
        // Given
        Tools.program("pg_recvlogical");
        Path file = directory.resolve("changes");
        Psql client = Psql.to(streamed);
        List<String> create = List.of("--slot=followed", "--create-slot", "--plugin=test_decoding");
        assertThat(Psql.end(client.launch("pg_recvlogical", create)).status()).isZero();
        Process follower = client.launch(
                "pg_recvlogical",
                List.of("--slot=followed", "--start", "--file=" + file, "--fsync-interval=0", "--no-loop"));
        try (Connection writer = Jdbc.to(streamed).open()) {
            // When
            Jdbc.ask(writer, "create table if not exists followed (text text)");
            Jdbc.ask(writer, "insert into followed values ('there you are')");

            // Then
            await().atMost(PATIENCE)
                    .until(() -> Files.exists(file) && Files.readString(file).contains("'there you are'"));
        } finally {
            Psql.interrupt(follower);
        }
        assertThat(Psql.end(follower).status()).isZero();
    }

    @Test
    void aPhysicalConnectionIdentifiesTheSystem() throws SQLException {
        try (Connection replication = Jdbc.to(streamed)
                .with("replication", "true")
                .with("assumeMinServerVersion", "9.4")
                .with("preferQueryMode", "simple")
                .open()) {
            // When
            String system = Jdbc.ask(replication, "IDENTIFY_SYSTEM");

            // Then
            assertThat(system).isEqualTo(Jdbc.to(streamed).ask("select system_identifier from pg_control_system()"));
        }
    }

    @Test
    void pgReceivewalReceivesTheLogOfAnEndpoint(@TempDir Path directory) throws SQLException {
        // Given
        Tools.program("pg_receivewal");
        Process receiver = Psql.to(streamed)
                .launch("pg_receivewal", List.of("--directory=" + directory, "--no-loop", "--synchronous"));
        try (Connection writer = Jdbc.to(streamed).open()) {
            Path growing = segment(directory);

            // When
            Jdbc.ask(writer, "create table if not exists walled (text text)");
            Jdbc.ask(writer, "insert into walled values ('there you are')");

            // Then
            await().atMost(PATIENCE)
                    .until(() -> Files.readString(growing, StandardCharsets.ISO_8859_1)
                            .contains("there you are"));
        } finally {
            Psql.interrupt(receiver);
        }
        assertThat(Psql.end(receiver).status()).isZero();
    }

    @Test
    void pgBasebackupTakesAWholeEndpointWithIt(@TempDir Path directory) throws IOException {
        // Given
        Tools.program("pg_basebackup");
        Path backup = directory.resolve("backup");

        // When
        Psql.Outcome outcome = Psql.end(Psql.to(streamed)
                .launch("pg_basebackup", List.of("--pgdata=" + backup, "--checkpoint=fast", "--wal-method=stream")));

        // Then
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(backup.resolve("backup_manifest")).isRegularFile();
        assertThat(Files.readString(backup.resolve("PG_VERSION"))).isNotBlank();
    }

    /** Waits for the first segment that is being received. */
    private static Path segment(Path directory) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            try (var files = Files.list(directory)) {
                                return files.filter(file -> file.toString().endsWith(".partial"))
                                        .findFirst();
                            }
                        },
                        Optional::isPresent)
                .orElseThrow();
    }
}
