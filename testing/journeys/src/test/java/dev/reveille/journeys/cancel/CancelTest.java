package dev.reveille.journeys.cancel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.clients.RawClient;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** Queries that somebody wants to end, seen from a second session at the same compute. */
@ExtendWith(SharedNode.class)
class CancelTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String CANCELLED = "57014";

    /** Long enough that only a cancel can end it in time. */
    private static final String LONG_QUERY = "select pg_sleep(300)";

    private final Destination cancelled;
    private Connection observer;

    CancelTest(DevNode node) {
        this.cancelled = node.to("cancelled");
    }

    @BeforeEach
    void openObserver() throws SQLException {
        observer = Jdbc.to(cancelled).open();
    }

    @AfterEach
    void closeObserver() throws SQLException {
        Jdbc.rows(
                observer,
                "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app' and pid <> pg_backend_pid()");
        observer.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void pgjdbcCancelsAStatementAndGoesOn(String sslmode) throws Exception {
        try (Connection connection = Jdbc.to(cancelled).with("sslmode", sslmode).open();
                Statement statement = connection.createStatement()) {
            // Given
            CompletableFuture<PSQLException> failure = inBackground(() -> Jdbc.failure(statement, LONG_QUERY));
            awaitRunning(LONG_QUERY);

            // When
            statement.cancel();

            // Then
            assertThat(failure.get(30, TimeUnit.SECONDS).getSQLState()).isEqualTo(CANCELLED);
            Jdbc.assertAlive(connection);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void psqlCancelsOnControlC(String sslmode) throws Exception {
        // Given
        Process psql = Psql.to(cancelled).with("sslmode", sslmode).begin(List.of(LONG_QUERY));
        awaitRunning(LONG_QUERY);

        // When
        Psql.interrupt(psql);

        // Then
        Psql.Outcome outcome = Psql.end(psql);
        assertThat(outcome.err()).contains("canceling statement due to user request");
        assertThat(outcome.status()).isEqualTo(1);
    }

    @Test
    void aCancelRequestMayComeOverTls() throws IOException, GeneralSecurityException {
        try (RawClient client = RawClient.loggedIn(cancelled);
                RawClient canceller = RawClient.tls(cancelled, "localhost")) {
            // Given
            client.say(new Query(LONG_QUERY));
            awaitRunning(LONG_QUERY);

            // When
            canceller.cancel(client.cancelKey());

            // Then
            assertCancelled(client.hearUntilReady());
        }
    }

    @Test
    void aLongKeyOfVersion32Cancels() throws IOException {
        try (RawClient client = RawClient.plain(cancelled).login(cancelled, ProtocolVersion.V3_2);
                RawClient canceller = RawClient.plain(cancelled)) {
            // Given
            client.say(new Query(LONG_QUERY));
            awaitRunning(LONG_QUERY);

            // When
            canceller.cancel(client.cancelKey());

            // Then
            assertCancelled(client.hearUntilReady());
        }
    }

    @Test
    void aWrongKeyIsMetWithSilenceAndTheQueryRunsOn() throws IOException {
        String query = "select pg_sleep(1), 'ran on'";
        try (RawClient client = RawClient.loggedIn(cancelled);
                RawClient canceller = RawClient.plain(cancelled)) {
            // Given
            BackendKeyData key = client.cancelKey();
            client.say(new Query(query));
            awaitRunning(query);

            // When
            canceller.cancel(new BackendKeyData(key.processId(), oneBitOff(key.secretKey())));

            // Then
            assertThat(client.hearUntilReady())
                    .contains(new CommandComplete("SELECT 1"))
                    .noneMatch(ErrorResponse.class::isInstance);
        }
    }

    @Test
    void aCancelRequestForAnIdleSessionDoesNotHitItsNextQuery() throws IOException {
        try (RawClient client = RawClient.loggedIn(cancelled);
                RawClient canceller = RawClient.plain(cancelled)) {
            // Given
            canceller.cancel(client.cancelKey());

            // When
            client.say(new Query("select pg_sleep(0.3)"));

            // Then
            assertThat(client.hearUntilReady()).noneMatch(ErrorResponse.class::isInstance);
        }
    }

    @Test
    void theQueryOfAClientThatWasKilledIsCancelled() throws Exception {
        // Given
        Process psql = Psql.to(cancelled).begin(List.of(LONG_QUERY));
        awaitRunning(LONG_QUERY);

        // When
        psql.destroyForcibly().waitFor();

        // Then
        awaitGone(LONG_QUERY);
    }

    @Test
    void theQueryOfAClientThatHangsUpIsCancelledThoughItNeverReads() throws IOException {
        String flood = "select repeat('x', 100000) from generate_series(1, 100000000)";
        try (RawClient client = RawClient.loggedIn(cancelled)) {
            // Given
            client.say(new Query(flood));
            awaitRunning(flood);
        } // When it hangs up

        // Then
        awaitGone(flood);
    }

    private void awaitRunning(String query) {
        await().atMost(PATIENCE).until(() -> running(query) == 1);
    }

    private void awaitGone(String query) {
        await().atMost(PATIENCE).until(() -> running(query) == 0);
    }

    private int running(String query) throws SQLException {
        String sql = "select count(*) from pg_stat_activity where state = 'active' and query = '%s'";
        return Integer.parseInt(Jdbc.ask(observer, sql.formatted(query.replace("'", "''"))));
    }

    private static void assertCancelled(List<BackendMessage> heard) {
        assertThat(heard)
                .filteredOn(ErrorResponse.class::isInstance)
                .singleElement()
                .extracting(error -> ((ErrorResponse) error).fields().sqlState())
                .isEqualTo(CANCELLED);
    }

    private static ByteString oneBitOff(ByteString secret) {
        byte[] bytes = secret.toArray();
        bytes[bytes.length - 1] ^= 1;
        return ByteString.fromArray(bytes);
    }

    private interface Question {
        PSQLException ask() throws SQLException;
    }

    private static CompletableFuture<PSQLException> inBackground(Question question) {
        CompletableFuture<PSQLException> answer = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                answer.complete(question.ask());
            } catch (SQLException | RuntimeException | AssertionError failure) {
                answer.completeExceptionally(failure);
            }
        });
        return answer;
    }
}
