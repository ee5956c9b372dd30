package dev.reveille.session.pool;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the pools of a node have done so far, for metrics. Any thread. */
public final class PoolCounters {

    final LongAdder opened = new LongAdder();
    final LongAdder hits = new LongAdder();
    final LongAdder waits = new LongAdder();
    final LongAdder refusals = new LongAdder();
    final LongAdder resetsFailed = new LongAdder();
    final LongAdder retries = new LongAdder();
    final LongAdder cancels = new LongAdder();
    final AtomicInteger open = new AtomicInteger();
    final AtomicInteger idle = new AtomicInteger();
    final AtomicInteger waiting = new AtomicInteger();

    /** Compute connections that were logged in. */
    public long opened() {
        return opened.sum();
    }

    /** Orders that found a connection of somebody before. */
    public long hits() {
        return hits.sum();
    }

    /** Orders that had to wait for a connection. */
    public long waits() {
        return waits.sum();
    }

    /** Orders that waited in vain, or could not even wait. */
    public long refusals() {
        return refusals.sum();
    }

    /** Connections that were closed because they could not be made to forget their last user. */
    public long resetsFailed() {
        return resetsFailed.sum();
    }

    /** Orders that were carried out on a second connection because the first was dead. */
    public long retries() {
        return retries.sum();
    }

    /** Cancel requests for statements whose caller went away, or that ran for too long. */
    public long cancels() {
        return cancels.sum();
    }

    /** Compute connections at this moment, those being opened included. */
    public int open() {
        return open.get();
    }

    /** Those of them that wait for work. */
    public int idle() {
        return idle.get();
    }

    /** Orders that wait for a connection at this moment. */
    public int waiting() {
        return waiting.get();
    }
}
