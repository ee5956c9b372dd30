package dev.reveille.session.compute;

import java.time.Duration;

/**
 * How often to try again, and how long to wait before (spec 02 §6.1): {@code base * factor^(n-1)} before retry n, give or
 * take the jitter, so that those who failed together do not come back together.
 *
 * @param retries how often at most, 0 or more
 * @param jitter the part of a delay that chance adds or takes away, 0 to 1
 */
public record RetryPolicy(int retries, Duration base, double factor, double jitter) {

    /** For waking: eight retries, 4.4 s of waiting in all. */
    public static final RetryPolicy WAKE = new RetryPolicy(8, Duration.ofMillis(100), 1.6, 0.2);

    /** For connecting: five retries, 3 s of waiting in all. */
    public static final RetryPolicy CONNECT = new RetryPolicy(5, Duration.ofMillis(200), 2, 0.2);

    public RetryPolicy {
        if (retries < 0 || base.isNegative() || factor < 1 || jitter < 0 || jitter > 1) {
            throw new IllegalArgumentException("not a retry policy");
        }
    }

    /** Whether a failure may be retried when {@code counter} retries have been counted. */
    public boolean allows(int counter) {
        return counter < retries;
    }

    /** All pauses together, but for chance. */
    public Duration total() {
        Duration sum = Duration.ZERO;
        for (int counter = 0; counter < retries; counter++) {
            sum = sum.plus(delay(counter, 0.5));
        }
        return sum;
    }

    /**
     * The pause at {@code counter}.
     *
     * @param chance between 0 and 1, evenly spread
     */
    public Duration delay(int counter, double chance) {
        double spread = 1 + jitter * (2 * chance - 1);
        return Duration.ofNanos((long) (base.toNanos() * Math.pow(factor, counter - 1) * spread));
    }
}
