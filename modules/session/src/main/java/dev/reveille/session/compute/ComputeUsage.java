package dev.reveille.session.compute;

import dev.reveille.protocol.names.EndpointKey;

/**
 * Hears which computes sessions use, so that whoever runs the computes knows when they may sleep. Called on loops: a
 * player returns at once and never throws. Every {@code began} is followed by exactly one {@code ended}.
 */
public interface ComputeUsage {

    /** Nobody listens: computes that somebody else runs. */
    ComputeUsage UNOBSERVED = new ComputeUsage() {
        @Override
        public void began(EndpointKey key) {}

        @Override
        public void ended(EndpointKey key) {}
    };

    /** A session is about to connect to the compute of {@code key}. */
    void began(EndpointKey key);

    /** That session's connection is gone. */
    void ended(EndpointKey key);
}
