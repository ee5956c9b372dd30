package dev.reveille.gateway.sql;

import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Keeps transactions open between requests, on whichever node they are. A token that is unknown, has expired, or belongs to
 * another endpoint, database or role than the caller's, is refused with 25P01. The caller has proven who it is each time. Any
 * thread; returns at once.
 */
public interface TransactionDoor {

    /**
     * Begins a transaction.
     *
     * @param order a batch without statements; its options say how to begin
     */
    CompletionStage<Begun> begin(StatementOrder order);

    /**
     * Carries out statements in an open transaction, and leaves it open.
     *
     * @param order its batch, where there is one, says only that there may be any number of statements
     */
    StatementRun run(String token, StatementOrder order, StatementListener listener);

    /** Ends a transaction, one way or the other. */
    CompletionStage<Ended> end(String token, PoolKey caller, boolean commit);

    /** What came of a beginning. */
    sealed interface Begun {

        /**
         * It is open.
         *
         * @param token names it to whoever may use it, in visible ASCII
         * @param idleMax how long it may go without a statement
         */
        record Open(String token, Duration idleMax) implements Begun {

            @Override
            public String toString() {
                return "Open[***]";
            }
        }

        record Failed(StatementOutcome why) implements Begun {}
    }

    /** What came of an end. */
    sealed interface Ended {

        /**
         * It is over.
         *
         * @param tag the command tag: ROLLBACK also where COMMIT was asked for and a statement had failed
         */
        record Over(String tag) implements Ended {}

        record Failed(StatementOutcome why) implements Ended {}
    }
}
