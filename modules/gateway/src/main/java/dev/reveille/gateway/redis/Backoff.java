package dev.reveille.gateway.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double, up to a limit, each a little longer or shorter, so that many who wait do not come together. */
final class Backoff {

    private static final int DOUBLINGS_MAX = 20;

    private Backoff() {}

    /** @param failures how many there were before this one */
    static Duration pause(Duration min, Duration max, int failures) {
        Duration doubled = min.multipliedBy(1L << Math.min(failures, DOUBLINGS_MAX));
        Duration bounded = doubled.compareTo(max) > 0 ? max : doubled;
        return Duration.ofNanos(
                (long) (bounded.toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.0)));
    }
}
