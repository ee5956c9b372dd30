package dev.reveille.session.fakes;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The calls that a fake received, for the test to answer one by one. */
final class Calls<C> {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration MOMENT = Duration.ofMillis(50);
    private static final int STEPS_MAX = 200;

    private final String name;
    private final BlockingQueue<C> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    Calls(String name) {
        this.name = name;
    }

    void add(C call) {
        count.incrementAndGet();
        queue.add(call);
    }

    int count() {
        return count.get();
    }

    C next() {
        C call = poll(PATIENCE);
        if (call == null) {
            throw new AssertionError("nobody asked to " + name);
        }
        return call;
    }

    /** Moves {@code time} on, step by step, until the call comes. */
    C nextAfter(Runnable time) {
        for (int step = 0; step < STEPS_MAX; step++) {
            C call = poll(MOMENT);
            if (call != null) {
                return call;
            }
            time.run();
        }
        throw new AssertionError("nobody asked to " + name);
    }

    static void await(CountDownLatch latch, String what) {
        try {
            if (!latch.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("waited in vain for " + what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private C poll(Duration patience) {
        try {
            return queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
