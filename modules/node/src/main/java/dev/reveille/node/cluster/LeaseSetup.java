package dev.reveille.node.cluster;

import dev.reveille.gateway.redis.RedisLeaseStore;
import org.apache.pekko.actor.setup.Setup;

/** Carries the store of leases into a cluster's actor system, where {@link RedisLease} finds it. */
final class LeaseSetup extends Setup {

    private final RedisLeaseStore store;

    LeaseSetup(RedisLeaseStore store) {
        this.store = store;
    }

    RedisLeaseStore store() {
        return store;
    }
}
