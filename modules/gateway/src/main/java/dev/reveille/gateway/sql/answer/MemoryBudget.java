package dev.reveille.gateway.sql.answer;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of bodies and answers that all requests of a node may hold together. Any thread. */
public final class MemoryBudget {

    private final long max;
    private final AtomicLong held = new AtomicLong();

    /**
     * @param max bytes
     */
    public MemoryBudget(long max) {
        this.max = max;
    }

    /** Bytes that are held at the moment. */
    public long held() {
        return held.get();
    }

    /** The share of one request; empty at first. */
    public Share open() {
        return new Share();
    }

    private boolean take(long bytes) {
        if (held.addAndGet(bytes) <= max) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    /** What one request holds. Any thread. */
    public final class Share {

        /** Small requests are not worth counting. */
        private static final long UNCOUNTED = 16 * 1024;

        private long mine;
        private boolean closed;

        private Share() {}

        /** From now on the request holds {@code bytes} in all; false where that would be too much, and nothing changes. */
        public synchronized boolean hold(long bytes) {
            long counted = bytes <= UNCOUNTED ? 0 : bytes;
            if (counted == mine) {
                return true;
            }
            if (closed) {
                return false;
            }
            if (counted > mine && !take(counted - mine)) {
                return false;
            }
            if (counted < mine) {
                held.addAndGet(counted - mine);
            }
            mine = counted;
            return true;
        }

        /** The request holds nothing any more. */
        public synchronized void close() {
            closed = true;
            held.addAndGet(-mine);
            mine = 0;
        }
    }
}
