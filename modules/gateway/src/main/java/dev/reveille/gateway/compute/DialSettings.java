package dev.reveille.gateway.compute;

import dev.reveille.gateway.loops.KeepAlive;
import java.time.Duration;

/**
 * Limits of reaching a compute.
 *
 * @param resolveMax for resolving a name
 * @param connectMax for connecting, to all addresses of a name together
 * @param tlsMax for asking for TLS and its handshake
 * @param concurrentMax connections to one compute that may be in the making at the same time
 * @param permitMax how long one more may wait for its turn
 * @param cancelMax for one cancel request, from connecting to the compute's closing of the connection
 * @param keepAlive how it is noticed that the machine of a silent compute is gone
 */
public record DialSettings(
        Duration resolveMax,
        Duration connectMax,
        Duration tlsMax,
        int concurrentMax,
        Duration permitMax,
        Duration cancelMax,
        KeepAlive keepAlive) {

    public static final DialSettings DEFAULTS = new DialSettings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            100,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            KeepAlive.DEFAULTS);
}
