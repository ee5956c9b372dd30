package dev.reveille.session.pool;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.compute.ComputeUsage;

/**
 * Whether a pool's compute counts as used: from an order on until a whole tick has passed in which nothing was done. So idle
 * connections do not keep it awake, and a caller who comes back soon finds it so. Used by the pool's actor only.
 */
final class PoolUse {

    private final EndpointKey endpoint;
    private final ComputeUsage usage;
    private boolean inUse;
    private boolean touched;

    PoolUse(EndpointKey endpoint, ComputeUsage usage) {
        this.endpoint = endpoint;
        this.usage = usage;
    }

    boolean isOn() {
        return inUse;
    }

    void begin() {
        touched = true;
        if (!inUse) {
            inUse = true;
            usage.began(endpoint);
        }
    }

    /** Something was done for an order. */
    void touch() {
        touched = true;
    }

    /** @param atWork whether something is being done */
    void tick(boolean atWork) {
        if (!touched && !atWork) {
            end();
        }
        touched = false;
    }

    void end() {
        if (inUse) {
            inUse = false;
            usage.ended(endpoint);
        }
    }
}
