package dev.reveille.gateway.sql;

import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import dev.reveille.session.statement.TransactionAnswer;
import dev.reveille.session.statement.TransactionDesk;
import dev.reveille.session.statement.TransactionId;
import dev.reveille.session.statement.TransactionOrder;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The transactions of a desk, as HTTP asks for them: by text, and any number of statements in one request. */
public final class DeskTransactions implements TransactionDoor {

    private static final StatementOutcome.Refused UNKNOWN = new StatementOutcome.Refused(
            0, ErrorFields.of("ERROR", "25P01", "there is no such transaction (it may have timed out)"));

    private static final StatementRun NOTHING_RUNS = new StatementRun() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
    };

    private final TransactionDesk desk;

    public DeskTransactions(TransactionDesk desk) {
        this.desk = desk;
    }

    @Override
    public CompletionStage<Begun> begin(StatementOrder order) {
        TransactionOrder wish = new TransactionOrder(
                order.id(),
                order.pool(),
                order.keys(),
                order.claims(),
                order.batch().orElseThrow());
        return desk.begin(wish).thenApply(answer -> switch (answer) {
            case TransactionAnswer.Begun(TransactionId id, var idleMax, var _) -> new Begun.Open(id.text(), idleMax);
            case TransactionAnswer.Ended _ -> throw new IllegalStateException("a transaction ended that was to begin");
            case TransactionAnswer.Failed(StatementOutcome why) -> new Begun.Failed(why);
        });
    }

    @Override
    public StatementRun run(String token, StatementOrder order, StatementListener listener) {
        Optional<TransactionId> transaction = TransactionId.parse(token);
        if (transaction.isEmpty()) {
            listener.ended(UNKNOWN);
            return NOTHING_RUNS;
        }
        if (order.statements().isEmpty()) {
            listener.ended(new StatementOutcome.Done());
            return NOTHING_RUNS;
        }
        return new StatementsInTurn(desk, transaction.get(), order, listener).begin();
    }

    @Override
    public CompletionStage<Ended> end(String token, PoolKey caller, boolean commit) {
        Optional<TransactionId> transaction = TransactionId.parse(token);
        if (transaction.isEmpty()) {
            return CompletableFuture.completedFuture(new Ended.Failed(UNKNOWN));
        }
        CompletionStage<TransactionAnswer> end =
                commit ? desk.commit(transaction.get(), caller) : desk.rollback(transaction.get(), caller);
        return end.thenApply(answer -> switch (answer) {
            case TransactionAnswer.Begun _ -> throw new IllegalStateException("a transaction began that was to end");
            case TransactionAnswer.Ended(boolean committed) -> new Ended.Over(committed ? "COMMIT" : "ROLLBACK");
            case TransactionAnswer.Failed(StatementOutcome why) -> new Ended.Failed(why);
        });
    }
}
