package dev.reveille.session.pool;

import java.time.Duration;

/**
 * Limits of transactions that stay open between requests.
 *
 * @param idleMax how long one may be open without a statement
 * @param totalMax how long one may be open
 * @param openMaxOfEndpoint how many may be open for one endpoint; each has a connection of its pool to itself
 * @param openMaxOfNode the same for all endpoints together
 */
public record TransactionSettings(Duration idleMax, Duration totalMax, int openMaxOfEndpoint, int openMaxOfNode) {

    public static final TransactionSettings DEFAULTS =
            new TransactionSettings(Duration.ofSeconds(30), Duration.ofMinutes(5), 32, 1_000);
}
