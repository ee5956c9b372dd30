package dev.reveille.gateway.loops;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorChooserFactory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Chooses the loop of each new client: the first that is not busy. A loop that has more to do in one turn needs fewer
 * turns, and so less of the processor for the same work, than two that share it; so the next loop is opened up only when
 * the ones before it have enough. How busy a loop is, is the processor time of its thread, looked at several times a
 * second; who came since the last look is counted with a guess, so that a crowd is spread at once.
 *
 * <p>Any thread may choose.
 */
final class LoopPlacement implements EventExecutorChooserFactory {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    /** Percent of a processor beyond which a loop has enough. */
    private static final int ENOUGH = 70;

    /** What a client is counted as until the next look, in percent of a processor. */
    private static final int NEWCOMER = 2;

    private static final int PERCENT = 100;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final AtomicIntegerArray load;

    LoopPlacement(int loops) {
        this.load = new AtomicIntegerArray(loops);
    }

    @Override
    public EventExecutorChooser newChooser(EventExecutor[] executors) {
        return () -> executors[choose()];
    }

    /** Begins to look how busy the loops are, until they are closed. */
    void watch(List<Loop> loops) {
        if (!threads.isCurrentThreadCpuTimeSupported()) {
            return; // Then newcomers alone count, which spreads them evenly.
        }
        for (Loop loop : loops) {
            Look look = new Look(loop.index());
            loop.eventLoop()
                    .scheduleAtFixedRate(look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** The index of the loop for one more client, who is counted. */
    int choose() {
        int least = 0;
        for (int index = 0; index < load.length(); index++) {
            if (load.get(index) < ENOUGH) {
                least = index;
                break;
            }
            if (load.get(index) < load.get(least)) {
                least = index;
            }
        }
        load.addAndGet(least, NEWCOMER);
        return least;
    }

    /** The processor time of the thread it runs on, compared with the last look. */
    private final class Look implements Runnable {

        private final int index;
        private long lastTime = System.nanoTime();
        private long lastWork;

        Look(int index) {
            this.index = index;
        }

        @Override
        public void run() {
            long time = System.nanoTime();
            long work = threads.getCurrentThreadCpuTime();
            long elapsed = Math.max(time - lastTime, 1);
            load.set(index, (int) ((work - lastWork) * PERCENT / elapsed));
            lastTime = time;
            lastWork = work;
        }
    }
}
