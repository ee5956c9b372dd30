package dev.reveille.session.pool;

import java.time.Duration;

/**
 * Limits of the pools (spec 03 §10).
 *
 * @param connectionsMax compute connections open at once for one endpoint, 1 or more
 * @param idleMaxOfEndpoint of those, how many may wait for work longer than two {@code useHold}s
 * @param idleMaxOfNode the same for all endpoints together
 * @param idleMax how long a connection may go without work before it is closed
 * @param waitMax how long an order may wait for a connection
 * @param waitersMax orders that may wait for a connection of one endpoint
 * @param useHold how long an endpoint counts as used after its last order: idle connections do not keep a compute awake
 * @param resetMax how long a connection may take to forget its last user before it is closed; it gets up to twice as long
 * @param cancelWait how long a cancelled statement may take to end before it is cancelled again; after the third time its
 *     connection is closed
 * @param messageLengthMax bytes in the body of a compute's message that is no row
 */
public record PoolSettings(
        int connectionsMax,
        int idleMaxOfEndpoint,
        int idleMaxOfNode,
        Duration idleMax,
        Duration waitMax,
        int waitersMax,
        Duration useHold,
        Duration resetMax,
        Duration cancelWait,
        int messageLengthMax) {

    public static final PoolSettings DEFAULTS = new PoolSettings(
            64,
            20,
            20_000,
            Duration.ofMinutes(5),
            Duration.ofSeconds(5),
            1_000,
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofMillis(100),
            1024 * 1024);

    public PoolSettings {
        if (connectionsMax < 1 || useHold.isNegative() || useHold.isZero()) {
            throw new IllegalArgumentException("a pool needs room for a connection, and time");
        }
    }

    /** How many holds of use an idle connection may last. */
    int idleTicksMax() {
        return (int) Math.max(1, idleMax.toNanos() / useHold.toNanos());
    }
}
