package dev.reveille.gateway.sql;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Lets several threads work on one thing in turns without any of them ever waiting: who comes while another is at it leaves
 * its work behind, and the other does it too. Work is done in the order in which it came.
 */
final class Turns {

    private final Consumer<RuntimeException> onFault;
    private final AtomicInteger due = new AtomicInteger();
    private final Queue<Runnable> left = new ConcurrentLinkedQueue<>();

    /**
     * @param onFault hears of work that failed, in its turn; must not throw
     */
    Turns(Consumer<RuntimeException> onFault) {
        this.onFault = onFault;
    }

    /** Whether it is the caller's turn, at once; then {@link #leave} must follow. */
    boolean tryEnter() {
        return due.compareAndSet(0, 1);
    }

    /** The caller is done; it does what others have left behind. */
    void leave() {
        while (due.decrementAndGet() > 0) {
            work(left.remove());
        }
    }

    /** Does {@code work} now, or leaves it to whoever is at it. */
    void run(Runnable work) {
        if (tryEnter()) {
            try {
                work(work);
            } finally {
                leave();
            }
            return;
        }
        left.add(work);
        if (due.getAndIncrement() == 0) {
            do {
                work(left.remove());
            } while (due.decrementAndGet() > 0);
        }
    }

    private void work(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException fault) {
            onFault.accept(fault);
        }
    }
}
