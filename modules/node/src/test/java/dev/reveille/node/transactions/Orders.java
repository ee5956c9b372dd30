package dev.reveille.node.transactions;

import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.DatabaseName;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.SessionId;
import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.TransactionAnswer;
import dev.reveille.session.statement.TransactionDesk;
import dev.reveille.session.statement.TransactionId;
import dev.reveille.session.statement.TransactionOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;

/** What callers ask for. */
final class Orders {

    static final int ROW_MAX = 64 * 1024 * 1024;

    static final PoolKey POOL = new PoolKey(
            new EndpointKey(new EndpointId("blue"), List.of(new ComputeOption("lsn", "0/2"))),
            new DatabaseName("größe"),
            new RoleName("app"),
            Map.of("application_name", "test", "options", "-c a=b"));

    private Orders() {}

    static StatementOrder of(String sql) {
        return of(new Statement(sql, List.of()), Optional.empty(), Optional.empty());
    }

    static StatementOrder of(Statement statement, Optional<String> claims, Optional<Duration> statementMax) {
        return new StatementOrder(
                SessionId.random(),
                POOL,
                Optional.empty(),
                claims,
                List.of(statement),
                Optional.empty(),
                statementMax,
                ROW_MAX,
                true);
    }

    static TransactionId begin(TransactionDesk desk) {
        TransactionAnswer begun = answer(desk.begin(new TransactionOrder(
                SessionId.random(), POOL, Optional.empty(), Optional.empty(), BatchOptions.DEFAULTS)));
        return ((TransactionAnswer.Begun) begun).id();
    }

    static Heard run(TransactionDesk desk, TransactionId transaction, String sql) {
        Heard heard = new Heard();
        desk.run(transaction, of(sql), heard);
        return heard;
    }

    static TransactionAnswer answer(CompletionStage<TransactionAnswer> stage) {
        return stage.toCompletableFuture()
                .copy()
                .orTimeout(Heard.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    static String sqlState(StatementOutcome outcome) {
        return switch (outcome) {
            case StatementOutcome.Refused(int _, var error) -> error.sqlState();
            case StatementOutcome.Unreached(var failure) -> "unreached " + failure.sqlState();
            case StatementOutcome.Lost(var failure) -> "lost " + failure.sqlState();
            case StatementOutcome.Done _, StatementOutcome.RowTooLong _, StatementOutcome.Cancelled _ ->
                outcome.getClass().getSimpleName();
        };
    }

    static String sqlState(TransactionAnswer answer) {
        return switch (answer) {
            case TransactionAnswer.Failed(var outcome) -> sqlState(outcome);
            case TransactionAnswer.Ended(boolean committed) -> committed ? "committed" : "rolled back";
            case TransactionAnswer.Begun _ -> "begun";
        };
    }

    static ByteString bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return ByteString.fromArrayUnsafe(bytes);
    }
}
