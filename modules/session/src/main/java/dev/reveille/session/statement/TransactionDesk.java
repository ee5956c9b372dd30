package dev.reveille.session.statement;

import java.util.concurrent.CompletionStage;

/**
 * Keeps transactions open between requests. A transaction is rolled back when nobody has used it for too long, or when it
 * has been open for too long; after that it is as unknown as one that never was. Any thread; everything returns at once,
 * and no stage fails.
 *
 * <p>Whoever names a transaction must have proved on the same request that he may use its {@code pool}: a transaction of
 * another pool is an unknown one.
 */
public interface TransactionDesk {

    /** Begins a transaction: {@code Begun} or {@code Failed}. */
    CompletionStage<TransactionAnswer> begin(TransactionOrder order);

    /**
     * Carries out the one statement of {@code order} in the transaction; one at a time, another one is refused with 55P03.
     * An unknown transaction is refused with 25P01.
     */
    StatementRun run(TransactionId transaction, StatementOrder order, StatementListener listener);

    /** Commits: {@code Ended} or {@code Failed}. */
    CompletionStage<TransactionAnswer> commit(TransactionId transaction, PoolKey pool);

    /** Rolls back: {@code Ended} or {@code Failed}. */
    CompletionStage<TransactionAnswer> rollback(TransactionId transaction, PoolKey pool);
}
