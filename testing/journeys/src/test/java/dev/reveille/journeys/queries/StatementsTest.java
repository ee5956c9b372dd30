package dev.reveille.journeys.queries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGStatement;
import org.postgresql.util.PSQLException;

/** Queries by pgjdbc and psql: simple, extended, prepared, by portal, in batches, in transactions. */
@ExtendWith(SharedNode.class)
class StatementsTest {

    private static final int ROWS = 10_000;

    private final Destination demo;

    StatementsTest(DevNode node) {
        this.demo = node.to("demo");
    }

    @Test
    void aSimpleQueryMayHoldManyStatements() throws SQLException {
        try (Connection connection =
                        Jdbc.to(demo).with("preferQueryMode", "simple").open();
                var statement = connection.createStatement()) {
            // When
            statement.execute("select 1; create temp table t (n int); insert into t values (7), (8); select n from t");

            // Then
            List<Object> results = new ArrayList<>();
            for (boolean more = true; more; more = statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                try (ResultSet rows = statement.getResultSet()) {
                    results.add(rows == null ? statement.getUpdateCount() : first(rows));
                }
            }
            assertThat(results).containsExactly(1, 0, 2, 7);
        }
    }

    @Test
    void aStatementPreparedAtTheServerIsUsedAgainAndAgain() throws SQLException {
        try (Connection connection = Jdbc.to(demo).with("prepareThreshold", "1").open();
                PreparedStatement statement = connection.prepareStatement("select ?::int * 2")) {
            // When
            List<Integer> doubled = new ArrayList<>();
            for (int n = 0; n < 100; n++) {
                statement.setInt(1, n);
                try (ResultSet rows = statement.executeQuery()) {
                    doubled.add(first(rows));
                }
            }

            // Then
            assertThat(doubled)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 100).map(n -> n * 2).boxed().toList());
            assertThat(statement.unwrap(PGStatement.class).isUseServerPrepare()).isTrue();
            assertThat(Jdbc.ask(connection, "select count(*) from pg_prepared_statements where statement like '%* 2'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void binaryResultsArriveUnchanged() throws SQLException {
        String sql = "select 12345678901::int8, 1.5::float8, '\\x00ff0a0d'::bytea, "
                + "'2026-02-03 04:05:06.789'::timestamp, '{1,2,3}'::int[], '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid";
        try (Connection connection = Jdbc.to(demo)
                        .with("prepareThreshold", "-1") // binary from the first execution
                        .open();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            // When
            ResultSet row = statement.executeQuery();

            // Then
            assertThat(row.next()).isTrue();
            assertThat(row.getLong(1)).isEqualTo(12_345_678_901L);
            assertThat(row.getDouble(2)).isEqualTo(1.5);
            assertThat(row.getBytes(3)).isEqualTo(new byte[] {0, (byte) 0xFF, 10, 13});
            assertThat(row.getTimestamp(4).toString()).isEqualTo("2026-02-03 04:05:06.789");
            assertThat((Integer[]) row.getArray(5).getArray()).containsExactly(1, 2, 3);
            assertThat(row.getObject(6).toString()).isEqualTo("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        }
    }

    @Test
    void aPortalIsReadInPieces() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open();
                PreparedStatement statement =
                        connection.prepareStatement("select n from generate_series(1, " + ROWS + ") n")) {
            // Given
            connection.setAutoCommit(false);
            statement.setFetchSize(97);

            // When
            long sum = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sum += rows.getInt(1);
                }
            }

            // Then
            assertThat(sum).isEqualTo(ROWS * (ROWS + 1L) / 2);
        }
    }

    @Test
    void aCursorLivesAsLongAsItsTransaction() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open()) {
            // Given
            connection.setAutoCommit(false);
            Jdbc.ask(connection, "declare c scroll cursor for select n from generate_series(1, 10) n");
            Jdbc.ask(connection, "move 6 in c");

            // When
            List<String> rows = Jdbc.rows(connection, "fetch backward 3 from c");

            // Then
            assertThat(rows).containsExactly("5", "4", "3");
            connection.commit();
            assertThat(Jdbc.failure(connection, "fetch 1 from c").getSQLState()).isEqualTo("34000");
        }
    }

    @Test
    void aBatchIsSentAheadAndAnsweredInOrder() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open()) {
            Jdbc.ask(connection, "create temp table batched (n int, text text)");
            try (PreparedStatement statement = connection.prepareStatement("insert into batched values (?, ?)")) {
                // When
                for (int n = 0; n < ROWS; n++) {
                    statement.setInt(1, n);
                    statement.setString(2, "row " + n);
                    statement.addBatch();
                }
                int[] counts = statement.executeBatch();

                // Then
                assertThat(counts).hasSize(ROWS).containsOnly(1);
            }
            assertThat(Jdbc.ask(connection, "select count(*) || ' ' || sum(n) from batched where text = 'row ' || n"))
                    .isEqualTo(ROWS + " " + ROWS * (ROWS - 1L) / 2);
        }
    }

    @Test
    void anErrorInABatchSkipsTheRestAndTheSessionGoesOn() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open();
                var statement = connection.createStatement()) {
            // Given
            statement.execute("create temp table once (n int primary key)");
            for (int n : new int[] {1, 2, 2, 3}) {
                statement.addBatch("insert into once values (" + n + ")");
            }

            // When
            BatchUpdateException failure = assertThrows(BatchUpdateException.class, statement::executeBatch);

            // Then
            assertThat(failure.getSQLState()).isEqualTo("23505");
            Jdbc.assertAlive(connection);
        }
    }

    @Test
    void theStateOfATransactionSurvivesItsErrors() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open()) {
            // Given
            connection.setAutoCommit(false);
            Jdbc.ask(connection, "create temp table kept (n int)");
            Jdbc.ask(connection, "insert into kept values (1)");
            Savepoint before = connection.setSavepoint();

            // When
            PSQLException failure = Jdbc.failure(connection, "select 1 / 0");
            PSQLException afterwards = Jdbc.failure(connection, "select 1");
            connection.rollback(before);
            connection.commit();

            // Then
            assertThat(failure.getSQLState()).isEqualTo("22012");
            assertThat(afterwards.getSQLState()).isEqualTo("25P02");
            assertThat(Jdbc.ask(connection, "select n from kept")).isEqualTo("1");
        }
    }

    @Test
    void anErrorArrivesWithAllThatTheComputeSaid() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open()) {
            // Given
            Jdbc.ask(connection, "create temp table parts (n int constraint positive check (n > 0), id int unique)");
            Jdbc.ask(connection, "insert into parts values (1, 1)");

            // When
            var misspelt = Jdbc.said(Jdbc.failure(connection, "select nn from parts"));
            var twice = Jdbc.said(Jdbc.failure(connection, "insert into parts values (2, 1)"));
            var raised = Jdbc.said(Jdbc.failure(
                    connection,
                    "do $$ begin raise exception using errcode = 'XY123', message = 'Ärger', detail = 'mehr',"
                            + " hint = 'weniger', table = 't', column = 'c', schema = 's', datatype = 'd'; end $$"));

            // Then
            assertThat(misspelt.getPosition()).isEqualTo(8);
            assertThat(misspelt.getHint()).contains("parts.n");
            assertThat(twice.getDetail()).isEqualTo("Key (id)=(1) already exists.");
            assertThat(twice.getConstraint()).isEqualTo("parts_id_key");
            assertThat(raised.getSQLState()).isEqualTo("XY123");
            assertThat(List.of(
                            raised.getMessage(),
                            raised.getDetail(),
                            raised.getHint(),
                            raised.getTable(),
                            raised.getColumn(),
                            raised.getSchema(),
                            raised.getDatatype()))
                    .containsExactly("Ärger", "mehr", "weniger", "t", "c", "s", "d");
            assertThat(raised.getWhere()).contains("PL/pgSQL");
        }
    }

    @Test
    void psqlRunsCommandAfterCommandInOneSession() {
        // When
        Psql.Outcome outcome = Psql.to(demo)
                .ask(List.of(
                        "create temp table t (n int)",
                        "insert into t select generate_series(1, 3)",
                        "select sum(n) from t",
                        "select 'é', null, 'end'"));

        // Then
        assertThat(outcome.answer()).isEqualTo("6\né||end");
    }

    @Test
    void psqlHearsNoticesAndErrorsWhereTheyHappen() {
        // When
        Psql.Outcome outcome = Psql.to(demo).script("""
                        do $$ begin raise notice 'careful'; end $$;
                        select nowhere;
                        select 'after';
                        """);

        // Then
        assertThat(outcome.answer()).isEqualTo("after");
        assertThat(outcome.err()).containsSubsequence("NOTICE:  careful", "ERROR:  column \"nowhere\"", "LINE 1:", "^");
    }

    private static int first(ResultSet rows) throws SQLException {
        assertThat(rows.next()).isTrue();
        return rows.getInt(1);
    }
}
