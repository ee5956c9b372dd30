package dev.reveille.gateway.sql;

import static dev.reveille.gateway.sql.ScriptedDesk.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.sql.ScriptedDesk.Call;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.BatchOptions.Isolation;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transactions over several requests. */
class SqlTransactionsTest {

    private static final String TOKEN = "node-1.abc";

    private final OneTransaction transactions = new OneTransaction();
    private final SqlHouse house = new SqlHouse(SqlSettings.DEFAULTS, Optional.of(transactions), Optional.empty());

    /** Knows one token. */
    private static final class OneTransaction implements TransactionDoor {

        private volatile Optional<StatementOrder> begun = Optional.empty();
        private volatile Optional<PoolKey> ended = Optional.empty();

        @Override
        public CompletionStage<Begun> begin(StatementOrder order) {
            begun = Optional.of(order);
            return CompletableFuture.completedFuture(new Begun.Open(TOKEN, Duration.ofSeconds(5)));
        }

        @Override
        public StatementRun run(String token, StatementOrder order, StatementListener listener) {
            Call call = new Call(order, listener);
            if (token.equals(TOKEN)) {
                call.reached()
                        .fields(0, TEXT)
                        .row(0, "in it")
                        .completed(0, "SELECT 1")
                        .done();
            } else {
                call.ended(unknown());
            }
            return call;
        }

        @Override
        public CompletionStage<Ended> end(String token, PoolKey caller, boolean commit) {
            ended = Optional.of(caller);
            return CompletableFuture.completedFuture(
                    token.equals(TOKEN) ? new Ended.Over(commit ? "COMMIT" : "ROLLBACK") : new Ended.Failed(unknown()));
        }

        private static StatementOutcome unknown() {
            return new StatementOutcome.Refused(-1, ErrorFields.of("ERROR", "25P01", "there is no such transaction"));
        }
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aTransactionIsBegunUsedAndEnded() throws Exception {
        // When
        HttpResponse<String> begun = house.send("/sql/begin", "POST", "Neon-Batch-Isolation-Level", "Serializable");
        HttpResponse<String> used = house.post("{\"query\":\"x\"}", "Reveille-Transaction", TOKEN);
        HttpResponse<String> committed = house.send("/sql/commit", "POST", "Reveille-Transaction", TOKEN);
        HttpResponse<String> rolledBack = house.send("/sql/rollback", "POST", "Reveille-Transaction", TOKEN);

        // Then
        assertThat(begun.statusCode()).isEqualTo(200);
        assertThat(begun.body()).isEqualTo("{\"transaction\":\"node-1.abc\",\"idleTimeoutMs\":5000}");
        assertThat(transactions.begun.orElseThrow().batch())
                .contains(new BatchOptions(Optional.of(Isolation.SERIALIZABLE), false, false));
        assertThat(used.body()).contains("in it");
        assertThat(committed.body()).isEqualTo("{\"command\":\"COMMIT\"}");
        assertThat(rolledBack.body()).isEqualTo("{\"command\":\"ROLLBACK\"}");
        assertThat(transactions.ended).contains(transactions.begun.orElseThrow().pool());
        assertThat(house.desk.count()).isZero();
    }

    @Test
    void anUnknownTokenIsRefusedWith25P01() throws Exception {
        for (HttpResponse<String> answer : List.of(
                house.post("{\"query\":\"x\"}", "Reveille-Transaction", "other"),
                house.send("/sql/commit", "POST", "Reveille-Transaction", "other"),
                house.send("/sql/rollback", "POST"))) {
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("\"code\":\"25P01\"");
        }
    }

    @Test
    void nobodyBeginsOrEndsOneWithoutAPassword() throws Exception {
        for (String path : new String[] {"/sql/begin", "/sql/commit", "/sql/rollback"}) {
            HttpResponse<String> answer = house.send(
                    path,
                    "POST",
                    "Neon-Connection-String",
                    "postgres://app:wrong@ep-a/db",
                    "Reveille-Transaction",
                    TOKEN);
            assertThat(answer.body()).contains("\"code\":\"28P01\"");
        }
        assertThat(transactions.begun).isEmpty();
        assertThat(transactions.ended).isEmpty();
    }
}
