package dev.reveille.cancellation.queue;

import java.time.Duration;

/** Lets so many commands pass for each second, in steps of a tenth of it. */
final class ReplayPace {

    private static final long STEP = Duration.ofMillis(100).toNanos();
    private static final int STEPS_PER_SECOND = 10;

    private final int stepMax;
    private boolean started;
    private long stepEnd;
    private int left;

    ReplayPace(int rate) {
        this.stepMax = Math.max(1, rate / STEPS_PER_SECOND);
    }

    /** Whether one more may pass; counts it. */
    boolean pass(long now) {
        if (!started || now - stepEnd >= 0) {
            started = true;
            stepEnd = now + STEP;
            left = stepMax;
        }
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }

    /** When the next one may pass. */
    long nextAt(long now) {
        return started && left == 0 && now - stepEnd < 0 ? stepEnd : now;
    }
}
