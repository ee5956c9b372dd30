package dev.reveille.node.transactions;

import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.TransactionId;

/** What a guest wants done in a transaction of another node. */
sealed interface Wish {

    /** As the owner's desk knows it. */
    TransactionId transaction();

    /** One statement; keys are not sent, because the connection is there. */
    record Run(TransactionId transaction, StatementOrder order) implements Wish {}

    record End(TransactionId transaction, PoolKey pool, boolean commit) implements Wish {}
}
