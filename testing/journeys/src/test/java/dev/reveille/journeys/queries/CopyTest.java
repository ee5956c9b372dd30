package dev.reveille.journeys.queries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.clients.RawClient;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.CopyOutResponse;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.frontend.Query;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

/** COPY in both directions, and what becomes of a session whose COPY fails in the middle. */
@ExtendWith(SharedNode.class)
class CopyTest {

    private static final int ROWS = 500_000;

    private final Destination demo;

    CopyTest(DevNode node) {
        this.demo = node.to("demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void whatIsCopiedOutAndInAgainIsTheSame(String sslmode) throws SQLException, IOException {
        try (Connection connection = Jdbc.to(demo).with("sslmode", sslmode).open()) {
            // Given
            CopyManager copy = Jdbc.driver(connection).getCopyAPI();
            Jdbc.ask(connection, "create temp table back (n int, text text)");
            String source = "select n, 'line ' || n || E'\\twith \\\\ tab' from generate_series(1, " + ROWS + ") n";
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            // When
            long rowsOut = copy.copyOut("copy (" + source + ") to stdout", out);
            long rowsIn = copy.copyIn("copy back from stdin", new ByteArrayInputStream(out.toByteArray()));

            // Then
            assertThat(rowsOut).isEqualTo(ROWS);
            assertThat(rowsIn).isEqualTo(ROWS);
            assertThat(Jdbc.ask(connection, "select count(*) from (" + source + " except select * from back) lost"))
                    .isEqualTo("0");
        }
    }

    @Test
    void binaryCopyIsCarriedByteByByte() throws SQLException, IOException {
        try (Connection connection = Jdbc.to(demo).open()) {
            // Given
            CopyManager copy = Jdbc.driver(connection).getCopyAPI();
            Jdbc.ask(connection, "create temp table bytes (b bytea)");
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            // When
            copy.copyOut(
                    "copy (select decode(md5(n::text), 'hex') from generate_series(1, 1000) n) to stdout (format binary)",
                    out);
            copy.copyIn("copy bytes from stdin (format binary)", new ByteArrayInputStream(out.toByteArray()));

            // Then
            assertThat(Jdbc.ask(connection, "select md5(string_agg(b, '' order by b)) from bytes"))
                    .isEqualTo(Jdbc.ask(
                            connection,
                            "select md5(string_agg(b, '' order by b)) from"
                                    + " (select decode(md5(n::text), 'hex') b from generate_series(1, 1000) n) s"));
        }
    }

    @Test
    void aBadRowInTheMiddleEndsTheCopyAndNotTheSession() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open()) {
            // Given
            CopyManager copy = Jdbc.driver(connection).getCopyAPI();
            Jdbc.ask(connection, "create temp table numbers (n int)");
            String rows = "1\n".repeat(100_000) + "no number\n" + "2\n".repeat(100_000);

            // When
            PSQLException failure = assertThrows(
                    PSQLException.class, () -> copy.copyIn("copy numbers from stdin", new StringReader(rows)));

            // Then
            assertThat(failure.getSQLState()).isEqualTo("22P02");
            assertThat(Jdbc.said(failure).getWhere()).startsWith("COPY numbers, line 100001, column n");
            assertThat(Jdbc.ask(connection, "select count(*) from numbers")).isEqualTo("0");
        }
    }

    @Test
    void anErrorOfTheComputeInTheMiddleOfCopyOutEndsTheCopyAndNotTheSession() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open()) {
            // Given
            CopyManager copy = Jdbc.driver(connection).getCopyAPI();

            // When
            PSQLException failure = assertThrows(
                    PSQLException.class,
                    () -> copy.copyOut(
                            "copy (select 1 / (100000 - n) from generate_series(1, 200000) n) to stdout",
                            new StringWriter()));

            // Then
            assertThat(failure.getSQLState()).isEqualTo("22012");
            Jdbc.assertAlive(connection);
        }
    }

    @Test
    void aClientMayGiveUpItsCopyIn() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open()) {
            // Given
            Jdbc.ask(connection, "create temp table numbers (n int)");
            CopyIn copy = Jdbc.driver(connection).getCopyAPI().copyIn("copy numbers from stdin");
            byte[] row = "1\n".getBytes(StandardCharsets.US_ASCII);
            copy.writeToCopy(row, 0, row.length);

            // When
            copy.cancelCopy();

            // Then
            assertThat(Jdbc.ask(connection, "select count(*) from numbers")).isEqualTo("0");
        }
    }

    /** By hand, because pgjdbc trips over its own cancel here, with and without us. */
    @Test
    void aClientMayGiveUpItsCopyOut() throws IOException {
        try (RawClient client = RawClient.loggedIn(demo);
                RawClient canceller = RawClient.plain(demo)) {
            // Given
            client.say(new Query("copy (select repeat('x', 1000) from generate_series(1, 10000000)) to stdout"));
            assertThat(client.hear()).isInstanceOf(CopyOutResponse.class);

            // When
            canceller.cancel(client.cancelKey());

            // Then
            assertThat(client.hearUntilReady())
                    .filteredOn(ErrorResponse.class::isInstance)
                    .singleElement()
                    .extracting(error -> ((ErrorResponse) error).fields().sqlState())
                    .isEqualTo("57014");
            client.say(new Query("select 1"));
            assertThat(client.hearUntilReady()).contains(new CommandComplete("SELECT 1"));
        }
    }

    @Test
    void psqlCopiesFromAndToFilesOfItsOwn(@TempDir Path directory) throws IOException {
        // Given
        Path from = directory.resolve("from.csv");
        Path to = directory.resolve("to.csv");
        Files.writeString(from, "1,one\n2,\"two, or more\"\n");

        // When
        Psql.Outcome outcome = Psql.to(demo).script("""
                        create temp table t (n int, text text);
                        \\copy t from '%s' csv
                        \\copy (select n * 10, text from t order by n) to '%s' csv
                        select count(*) from t;
                        """.formatted(from, to));

        // Then
        assertThat(outcome.answer()).isEqualTo("2");
        assertThat(to).hasContent("10,one\n20,\"two, or more\"\n");
    }

    @Test
    void rowsInTheLineOfAScriptAreCopiedToo() {
        // When
        Psql.Outcome outcome = Psql.to(demo).script("""
                        create temp table t (n int);
                        copy t from stdin;
                        1
                        2
                        \\.
                        copy (select sum(n) from t) to stdout;
                        """);

        // Then
        assertThat(outcome.answer()).isEqualTo("3");
    }

    @Test
    void rowsMayComeInPiecesOfOneByte() throws SQLException, IOException {
        try (Connection connection = Jdbc.to(demo).open()) {
            // Given
            Jdbc.ask(connection, "create temp table letters (c text)");
            InputStream drops = new ByteArrayInputStream("a\nb\nc\n".getBytes(StandardCharsets.US_ASCII));
            CopyManager copy = Jdbc.driver(connection).getCopyAPI();

            // When
            long rows = copy.copyIn("copy letters from stdin", drops, 1); // one byte in each message

            // Then
            assertThat(rows).isEqualTo(3);
        }
    }
}
