package dev.reveille.cancellation.queue;

import java.time.Duration;

/**
 * How long a key lives in the store, and when its life is extended (spec 02 §12.4). Most sessions are short, so the first
 * life is short, too: whatever ends before {@code firstPeriod} costs the store one command.
 *
 * @param first what a new key is stored for
 * @param firstPeriod when it is extended for the first time
 * @param life what it is extended by
 * @param period when it is extended again, at the latest; {@code life} is longer by the slack there is for being late
 * @param jitter how much earlier at most, at random, so that sessions that came together do not stay together
 * @param earlyMax how much before its time a key may be extended where a batch has room; never for the first time
 * @param lateMax an extension that is later than this goes before the first stores of others
 * @param removeAbove an ended session's key is removed only where it would otherwise stay for longer than this
 */
public record KeyLife(
        Duration first,
        Duration firstPeriod,
        Duration life,
        Duration period,
        Duration jitter,
        Duration earlyMax,
        Duration lateMax,
        Duration removeAbove) {

    public static final KeyLife DEFAULTS = new KeyLife(
            Duration.ofSeconds(90),
            Duration.ofSeconds(60),
            Duration.ofSeconds(630),
            Duration.ofSeconds(600),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(10),
            Duration.ofSeconds(120));
}
