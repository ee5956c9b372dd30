package dev.reveille.session.statement;

import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.session.SessionId;
import java.util.Optional;

/**
 * Asks for a transaction that is to outlive the request that begins it.
 *
 * @param id the request's, for logs and the control plane
 * @param keys log in to the compute where a connection has to be opened, as in {@link StatementOrder}
 * @param claims verified claims of a token as JSON, shown to all statements of the transaction
 */
public record TransactionOrder(
        SessionId id, PoolKey pool, Optional<ScramKeys> keys, Optional<String> claims, BatchOptions options) {

    /** Keys and claims are not printed. */
    @Override
    public String toString() {
        return "TransactionOrder[%s, %s]".formatted(id, pool.endpoint());
    }
}
