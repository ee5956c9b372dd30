package dev.reveille.session.statement;

import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.session.SessionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one request wants done.
 *
 * @param id the request's, for logs and the control plane
 * @param keys log in to the compute where a connection has to be opened; absent where the caller proved itself otherwise
 *     and the compute is expected to trust us
 * @param claims verified claims of a token as JSON, shown to the statements as the setting {@code request.jwt.claims}
 * @param statements one, or those of a batch; an empty list only as a batch
 * @param batch present where the statements are one transaction
 * @param statementMax how long each statement may run at most, after which it is cancelled with 57014
 * @param rowLengthMax bytes in the body of one DataRow; a longer one ends the run before it is read
 * @param mayUsePooled whether a connection of somebody before may be taken
 */
public record StatementOrder(
        SessionId id,
        PoolKey pool,
        Optional<ScramKeys> keys,
        Optional<String> claims,
        List<Statement> statements,
        Optional<BatchOptions> batch,
        Optional<Duration> statementMax,
        int rowLengthMax,
        boolean mayUsePooled) {

    public StatementOrder {
        statements = List.copyOf(statements);
        if (batch.isEmpty() && statements.size() != 1) {
            throw new IllegalArgumentException("without a batch there is exactly one statement");
        }
    }

    /** Keys, claims and statements are not printed. */
    @Override
    public String toString() {
        return "StatementOrder[%s, %s, %d statements]".formatted(id, pool.endpoint(), statements.size());
    }
}
