package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.LogLines;
import dev.reveille.kit.sockets.ComputeSide;
import dev.reveille.kit.sockets.GoodClient;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.Packets;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that are well under way when their client, or their compute, breaks the rules or dies. */
class ServedClientsTest {

    private static final Query QUERY = new Query("select 'a'");

    @TempDir
    static Path directory;

    private static Premises premises;

    @BeforeAll
    static void open() throws Exception {
        premises = Premises.open(Map.of(), directory);
    }

    @AfterAll
    static void close() throws Exception {
        premises.close();
    }

    @AfterEach
    void nobodyElseIsDisturbed() throws IOException {
        premises.assertNobodyElseIsDisturbed();
    }

    // ---- clients ----

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, -1, Integer.MIN_VALUE})
    void aMessageWhoseLengthIsNoneEndsTheSession(int length) throws Exception {
        CountDownLatch left = computeThatNotesWhenItsVisitorLeaves();
        try (GoodClient client = premises.guest("odd")) {
            client.asks("are you there?");

            client.wire().says(Packets.tagged('Q', length, ByteString.fromString("select 1")));

            assertLastWords(client.wire(), "08P01", "invalid message length");
            assertEnd(client.wire(), "CLIENT_BABBLED");
            assertThat(left.await(Premises.AT_ONCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void nothingBehindABrokenMessageReachesTheCompute() throws Exception {
        CountDownLatch left = computeThatNotesWhenItsVisitorLeaves();
        try (GoodClient client = premises.guest("odd")) {
            client.wire()
                    .says(Packets.tagged('Q', 2, Premises.SILENCE).concat(new Query("drop table everything").encode()));

            assertLastWords(client.wire(), "08P01", "invalid message length");
            assertThat(left.await(Premises.AT_ONCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Test
    void aClientThatVanishesInTheMiddleOfAMessageLeavesNothingBehind() throws Exception {
        CountDownLatch left = computeThatNotesWhenItsVisitorLeaves();
        GoodClient client = premises.guest("odd");

        client.wire().says(Packets.tagged('Q', 1_000_000, ByteString.fromString("select")));
        client.wire().vanishes();

        assertThat(left.await(Premises.AT_ONCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertEnd(client.wire(), "CLIENT_FAILED");
    }

    @Test
    void aClientThatVanishesInMidQueryHasItsQueryCancelled() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        premises.odd().plays(premises.odd().honestly(Premises.VERIFIER, (_, visitor) -> {
            asked.countDown();
            visitor.hangs();
        }));
        premises.odd().cancelRequests().clear();
        GoodClient client = premises.guest("odd");

        client.wire().says(QUERY.encode());
        assertThat(asked.await(Premises.AT_ONCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        client.wire().vanishes();

        assertThat(premises.odd().cancelRequests().poll(Premises.AT_ONCE.toSeconds(), TimeUnit.SECONDS))
                .isNotNull();
    }

    // ---- computes ----

    @Test
    void aComputeThatDiesBetweenTwoMessagesIsExplained() throws Exception {
        premises.odd().plays(premises.odd().honestly(Premises.VERIFIER, (_, visitor) -> {
            visitor.says(ComputeSide.row("a"));
            visitor.dies();
        }));
        try (GoodClient client = premises.guest("odd")) {
            client.wire().says(QUERY.encode());

            // A reset may overtake the row.
            Frame first = client.wire().hears();
            Frame last = first.tag() == DataRow.TAG ? client.wire().hears() : first;
            assertThat(ErrorResponse.decode(last.body()).fields().sqlState()).isEqualTo("08006");
            assertThat(client.wire().hearsToTheEnd()).isEqualTo(Premises.SILENCE);
        }
    }

    @Test
    void aComputeThatHangsUpBetweenTwoMessagesIsExplained() throws Exception {
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.admits(Premises.VERIFIER);
            visitor.greets();
            visitor.hears();
            visitor.says(ComputeSide.row("a"));
        });
        try (GoodClient client = premises.guest("odd")) {
            client.wire().says(QUERY.encode());

            assertThat(client.wire().hears().tag()).isEqualTo(DataRow.TAG);
            assertLastWords(client.wire(), "08006", "the connection to the database server was lost");
            assertEnd(client.wire(), "COMPUTE_CLOSED");
        }
    }

    @Test
    void aComputeThatHangsUpInTheMiddleOfAMessageLeavesNoWordInTheMiddleOfIt() throws Exception {
        ByteString half = ComputeSide.row("a".repeat(100)).encode().take(50);
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.admits(Premises.VERIFIER);
            visitor.greets();
            visitor.hears();
            visitor.says(half);
        });
        try (GoodClient client = premises.guest("odd")) {
            client.wire().says(QUERY.encode());

            assertThat(client.wire().hearsToTheEnd()).isEqualTo(half);
            assertEnd(client.wire(), "COMPUTE_CLOSED");
        }
    }

    @Test
    void aComputeThatSaysItselfWhyItLeavesIsNotContradicted() throws Exception {
        ErrorResponse reason = new ErrorResponse(
                ErrorFields.of("FATAL", "57P01", "terminating connection due to administrator command"));
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.admits(Premises.VERIFIER);
            visitor.greets();
            visitor.hears();
            visitor.says(reason);
        });
        try (GoodClient client = premises.guest("odd")) {
            client.wire().says(QUERY.encode());

            assertThat(client.wire().hearsToTheEnd()).isEqualTo(reason.encode());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, -1, Integer.MIN_VALUE})
    void aComputeThatLosesTheThreadIsLetGo(int length) throws Exception {
        premises.odd().plays(premises.odd().honestly(Premises.VERIFIER, (_, visitor) -> {
            visitor.says(Packets.tagged('D', length, ByteString.fromString("nonsense")));
            visitor.hangs();
        }));
        try (GoodClient client = premises.guest("odd")) {
            client.wire().says(QUERY.encode());

            assertLastWords(client.wire(), "08P01", "the database server sent a message of an invalid length");
            assertEnd(client.wire(), "COMPUTE_BABBLED");
        }
    }

    @Test
    void aComputeThatSaysMoreThanItWasAskedDisturbsOnlyItsOwnClient() throws Exception {
        ByteString flood = ComputeSide.rows(List.of("uninvited"));
        premises.odd().plays(premises.odd().honestly(Premises.VERIFIER, (_, visitor) -> {
            visitor.says(flood);
            visitor.says(flood);
        }));
        try (GoodClient client = premises.guest("odd")) {
            assertThat(client.asks("one?").rows()).containsExactly("uninvited");
            for (Frame frame = client.wire().hears(); frame.tag() != CommandComplete.TAG; ) {
                frame = client.wire().hears();
            }
            assertThat(client.wire().hears()).isEqualTo(ComputeSide.ready().frame());
        }
    }

    /** An honest compute; the latch opens when its visitor has gone, having asked nothing but simple questions. */
    private static CountDownLatch computeThatNotesWhenItsVisitorLeaves() {
        CountDownLatch left = new CountDownLatch(1);
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.admits(Premises.VERIFIER);
            visitor.greets();
            try {
                while (true) {
                    Frame frame = visitor.hears();
                    if (frame.tag() == Terminate.TAG) {
                        return;
                    }
                    String sql = Query.decode(frame.body()).sql();
                    if (sql.startsWith("drop")) {
                        return;
                    }
                    Premises.ECHO.answer(sql, visitor);
                }
            } catch (EOFException | SocketException _) {
                left.countDown();
            }
        });
        return left;
    }

    private static void assertLastWords(HostileClient client, String sqlState, String message) throws IOException {
        Frame last = client.hears();
        assertThat(last.tag()).isEqualTo(ErrorResponse.TAG);
        ErrorFields error = ErrorResponse.decode(last.body()).fields();
        assertThat(error.sqlState()).isEqualTo(sqlState);
        assertThat(error.message()).isEqualTo(message);
        assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
    }

    private static void assertEnd(HostileClient client, String end) {
        LogLines.Line line = premises.lineAbout(client);
        assertThat(line.message()).isEqualTo("session ended");
        assertThat(line.facts()).contains("end=" + end);
    }
}
