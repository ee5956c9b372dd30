package dev.reveille.gateway.web;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The clock of whatever a connection is waiting for. It is set for every request and hardly ever rings, so that setting it
 * later costs no more than remembering the time: it looks again when the earlier time has come. Belongs to the loop.
 */
final class WebClock {

    private static final double VARIATION = 0.1;

    private final EventLoop loop;
    private final Runnable ring;
    private boolean running;
    private long due;
    private long scheduledFor;
    private Future<?> scheduled;

    WebClock(EventLoop loop, Runnable ring) {
        this.loop = loop;
        this.ring = ring;
    }

    /** A time that differs from {@code duration} by a tenth at most. */
    static Duration varied(Duration duration) {
        double factor =
                1 - VARIATION + 2 * VARIATION * ThreadLocalRandom.current().nextDouble();
        return Duration.ofNanos((long) (duration.toNanos() * factor));
    }

    /** What is waited for now may take so long. */
    void allow(Duration patience) {
        running = true;
        due = System.nanoTime() + patience.toNanos();
        if (scheduled == null || due - scheduledFor < 0) {
            if (scheduled != null) {
                scheduled.cancel(false);
            }
            schedule();
        }
    }

    /** Nothing is waited for. */
    void stop() {
        running = false;
    }

    private void schedule() {
        scheduledFor = due;
        scheduled = loop.schedule(this::look, due - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void look() {
        scheduled = null;
        if (!running) {
            return;
        }
        if (due - System.nanoTime() > 0) {
            schedule();
        } else {
            running = false;
            ring.run();
        }
    }
}
