package dev.reveille.session.kept;

import dev.reveille.protocol.names.EndpointId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The kept connections of all loops of a node, counted: for their bounds, and for metrics. Any thread. */
public final class KeptCounters {

    final LongAdder reused = new LongAdder();
    final LongAdder resetsFailed = new LongAdder();
    final LongAdder checksFailed = new LongAdder();
    final AtomicInteger resting = new AtomicInteger();
    private final List<KeptConnections> loops = new CopyOnWriteArrayList<>();

    /** Sessions that were served on the connection of another. */
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

    void join(KeptConnections loop) {
        loops.add(loop);
    }

    int restingAt(EndpointId endpoint) {
        int sum = 0;
        for (KeptConnections loop : loops) {
            sum += loop.restingAt(endpoint);
        }
        return sum;
    }

    /** The loop on which most connections of this endpoint rest. */
    Optional<KeptConnections> fullest(EndpointId endpoint) {
        return loops.stream().max(Comparator.comparingInt(loop -> loop.restingAt(endpoint)));
    }
}
