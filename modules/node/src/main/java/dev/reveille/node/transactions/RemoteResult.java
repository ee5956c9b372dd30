package dev.reveille.node.transactions;

import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.statement.ForwardingListener;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.TransactionAnswer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Who hears of work on another node. */
sealed interface RemoteResult extends RemoteRun.ResultListener {

    /** Passes on what comes of a statement. */
    record OfStatement(StatementListener listener) implements RemoteResult, ForwardingListener {

        @Override
        public boolean expects(byte kind) {
            return kind != ResultCode.COMMITTED && kind != ResultCode.ROLLED_BACK;
        }

        @Override
        public void transactionEnded(boolean committed) {
            throw new ProtocolViolation("result", "the end of a transaction");
        }
    }

    /** Answers how a transaction ended. */
    record OfEnd(CompletableFuture<TransactionAnswer> answer) implements RemoteResult {

        @Override
        public boolean expects(byte kind) {
            return kind == ResultCode.COMMITTED || kind == ResultCode.ROLLED_BACK || kind == ResultCode.ENDED;
        }

        @Override
        public void reached(Origin origin) {}

        @Override
        public void fields(int statement, Optional<RowDescription> fields) {}

        @Override
        public void row(int statement, byte[] bytes, int offset, int length) {}

        @Override
        public void completed(int statement, String tag) {}

        @Override
        public void ended(StatementOutcome outcome) {
            answer.complete(new TransactionAnswer.Failed(outcome));
        }

        @Override
        public void transactionEnded(boolean committed) {
            answer.complete(new TransactionAnswer.Ended(committed));
        }
    }
}
