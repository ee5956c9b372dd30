package dev.reveille.cancellation.limits;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leaky bucket for each network that sends cancel requests, kept as the instant at which it will be empty (GCRA; spec
 * 02 §8.2, §8.3). What is remembered of a network whose bucket is empty is worth nothing, and swept out now and then; if
 * there are too many others, strangers are refused. Any thread.
 */
public final class CancelLimiter {

    private static final Logger LOG = LoggerFactory.getLogger(CancelLimiter.class);
    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SWEEP_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int SWEEP_FROM = 1024;

    private final LongSupplier clock;
    private final int networksMax;
    private final long costNanos;
    private final long widthNanos;
    private final ConcurrentHashMap<Network, Long> emptyAt = new ConcurrentHashMap<>();
    private final LongAdder refused = new LongAdder();
    private final AtomicLong nextSweep;
    private final AtomicLong nextLine;

    /** @param clock nanoseconds, as {@link System#nanoTime} has them */
    public CancelLimiter(CancelRate rate, LongSupplier clock) {
        this.clock = clock;
        this.networksMax = rate.networksMax();
        this.costNanos = TimeUnit.SECONDS.toNanos(1) / rate.perSecond();
        this.widthNanos = costNanos * rate.burst();
        this.nextSweep = new AtomicLong(clock.getAsLong());
        this.nextLine = new AtomicLong(clock.getAsLong());
    }

    /** Whether one more request from {@code client} is to be heard; if so, it is counted. */
    public boolean admits(InetAddress client) {
        Network network = Network.of(client);
        long now = clock.getAsLong();
        boolean admitted = takes(network, now);
        if (!admitted) {
            refused.increment();
            logNowAndThen(network, now);
        }
        return admitted;
    }

    /** How many requests were refused. */
    public long refused() {
        return refused.sum();
    }

    /** How many networks are remembered. */
    public int networks() {
        return emptyAt.size();
    }

    private boolean takes(Network network, long now) {
        while (true) {
            Long before = emptyAt.get(network);
            long start = before == null || before - now < 0 ? now : before;
            long after = start + costNanos;
            if (after - now > widthNanos) {
                return false;
            }
            if (before == null) {
                if (!hasRoom(now)) {
                    return false;
                }
                if (emptyAt.putIfAbsent(network, after) == null) {
                    return true;
                }
            } else if (emptyAt.replace(network, before, after)) {
                return true;
            }
        }
    }

    private boolean hasRoom(long now) {
        if (emptyAt.size() >= SWEEP_FROM && isDue(nextSweep, now, SWEEP_EVERY_NANOS)) {
            emptyAt.values().removeIf(at -> at - now <= 0);
        }
        return emptyAt.size() < networksMax;
    }

    private void logNowAndThen(Network network, long now) {
        if (isDue(nextLine, now, LOG_EVERY_NANOS)) {
            LOG.atWarn()
                    .addKeyValue("network", network)
                    .addKeyValue("refused", refused.sum())
                    .log("too many cancel requests from one network");
        }
    }

    /** Whether it is time; if so, for one caller only, and not again before {@code every} has passed. */
    private static boolean isDue(AtomicLong next, long now, long every) {
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + every);
    }
}
