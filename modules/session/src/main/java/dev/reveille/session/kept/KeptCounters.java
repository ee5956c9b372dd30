package dev.reveille.session.kept;

import dev.reveille.protocol.names.EndpointKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The kept connections of all loops of a node, counted: for their bounds, and for metrics. Any thread. */
public final class KeptCounters {

    final LongAdder reused = new LongAdder();
    final LongAdder resetsFailed = new LongAdder();
    final LongAdder checksFailed = new LongAdder();
    private final AtomicInteger resting = new AtomicInteger();
    private final ConcurrentHashMap<EndpointKey, Integer> restingOf = new ConcurrentHashMap<>();

    /** Sessions that found a connection. */
    public long reused() {
        return reused.sum();
    }

    /** Connections that were closed because they could not be made to forget their last session. */
    public long resetsFailed() {
        return resetsFailed.sum();
    }

    /** Connections that turned out to be dead when a session came for them. */
    public long checksFailed() {
        return checksFailed.sum();
    }

    /** Connections that wait for a session at this moment. */
    public int resting() {
        return resting.get();
    }

    int restingOf(EndpointKey endpoint) {
        return restingOf.getOrDefault(endpoint, 0);
    }

    void came(EndpointKey endpoint) {
        resting.incrementAndGet();
        restingOf.merge(endpoint, 1, Integer::sum);
    }

    void went(EndpointKey endpoint) {
        resting.decrementAndGet();
        restingOf.computeIfPresent(endpoint, (_, count) -> count > 1 ? count - 1 : null);
    }
}
