package dev.reveille.gateway.loops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices loops that are held up: each loop ticks, and a tick that comes late says that something on it took that long.
 * Any thread may ask.
 */
public final class LoopWatch {

    private static final Logger LOG = LoggerFactory.getLogger(LoopWatch.class);

    private static final Duration TICK = Duration.ofMillis(500);

    /** A tick so late is worth a line in the log; garbage collections and a busy machine stay below it. */
    private static final Duration LATE = Duration.ofMillis(250);

    /** A loop that has not ticked for so long is stuck. */
    private static final Duration STALLED = Duration.ofSeconds(10);

    private final List<Loop> loops;
    private final Patience patience;
    private final AtomicLongArray lastTick;

    /** When to tick, and what to call late and stalled. */
    record Patience(Duration tick, Duration late, Duration stalled) {}

    private LoopWatch(List<Loop> loops, Patience patience) {
        this.loops = loops;
        this.patience = patience;
        this.lastTick = new AtomicLongArray(loops.size());
    }

    /** Watches over all loops until they are closed. */
    public static LoopWatch start(Loops loops) {
        return start(loops, new Patience(TICK, LATE, STALLED));
    }

    static LoopWatch start(Loops loops, Patience patience) {
        LoopWatch watch = new LoopWatch(loops.all(), patience);
        long tick = patience.tick().toMillis();
        for (Loop loop : loops.all()) {
            watch.lastTick.set(loop.index(), System.nanoTime());
            loop.eventLoop().scheduleAtFixedRate(() -> watch.tick(loop.index()), tick, tick, TimeUnit.MILLISECONDS);
        }
        return watch;
    }

    /** The indices of loops that are stuck. */
    public List<Integer> stalled() {
        List<Integer> stalled = new ArrayList<>();
        for (Loop loop : loops) {
            if (System.nanoTime() - lastTick.get(loop.index())
                    > patience.stalled().toNanos()) {
                stalled.add(loop.index());
            }
        }
        return stalled;
    }

    private void tick(int index) {
        long now = System.nanoTime();
        Duration late = Duration.ofNanos(now - lastTick.getAndSet(index, now)).minus(patience.tick());
        if (late.compareTo(patience.late()) > 0) {
            LOG.atWarn()
                    .addKeyValue("loop", index)
                    .addKeyValue("late_ms", late.toMillis())
                    .log("a loop was held up");
        }
    }
}
