package dev.reveille.gateway.postgres;

/**
 * Limits of the door for PostgreSQL's protocol.
 *
 * @param connectionsMax clients that may be connected at the same time, logged in or not; one more hears that there are
 *     too many
 * @param backlog connections that the kernel may hold until they are accepted; it applies its own limit too
 */
public record ListenerSettings(int connectionsMax, int backlog) {

    public static final ListenerSettings DEFAULTS = new ListenerSettings(15_000, 4_096);
}
