package dev.reveille.gateway.loops;

import java.time.Duration;

/**
 * How the operating system finds out that a silent peer is gone: a machine that was switched off says no goodbye
 * (RFC 9293, 3.8.4). Only for what the peer owes no acknowledgement; sent bytes have TCP's own, longer patience.
 *
 * @param idle silence, in whole seconds, before the peer is asked for a sign of life
 * @param interval between two questions, in whole seconds
 * @param probes questions without an answer, after which the connection is broken off
 */
public record KeepAlive(Duration idle, Duration interval, int probes) {

    /** A minute in all, where Linux's own default is more than two hours. */
    public static final KeepAlive DEFAULTS = new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(10), 3);
}
