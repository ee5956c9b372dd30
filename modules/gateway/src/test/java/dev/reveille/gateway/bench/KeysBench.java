package dev.reveille.gateway.bench;

import dev.reveille.cancellation.CancelHolder;
import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancellationSettings;
import dev.reveille.cancellation.queue.KeyLife;
import dev.reveille.cancellation.queue.QueueSettings;
import dev.reveille.kit.redis.RedisServer;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * What registered keys cost: heap on the node that has both their sessions and their shards, and what is said to Redis to
 * keep them there. The sessions are missing: keys are issued, and nobody stands behind them. Arguments: how many keys, and
 * how many times faster than usual their lives pass. Prints {@code heap, keys, bytes for each} and {@code traffic, keys,
 * times faster, seconds measured, SET, EXPIRE, all commands} counted by Redis.
 */
final class KeysBench {

    private static final CancelHolder NOBODY = (_, handled) -> handled.run();
    private static final int WARM_UP_KEYS = 2_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Pattern TOTAL = Pattern.compile("^Total\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE);

    private KeysBench() {}

    public static void main(String[] arguments) throws InterruptedException, JMException {
        int count = Integer.parseInt(arguments[0]);
        int faster = Integer.parseInt(arguments[1]);
        KeyLife life = faster(KeyLife.DEFAULTS, faster);
        QueueSettings usual = QueueSettings.DEFAULTS;
        try (RedisServer redis = RedisServer.start();
                LoneNode node = LoneNode.start(
                        redis.port(),
                        CancellationSettings.DEFAULTS.shards(),
                        LoneNode.queue(life, usual.batchMax(), usual.batchesMax()),
                        store -> store)) {
            warmUp(redis, node);
            long before = liveHeap();
            issue(node, count, life.period());
            awaitKeys(redis, count);
            long after = liveHeap();
            System.out.printf("heap\t%d\t%.0f%n", count, (double) (after - before) / count);

            pass(life.firstPeriod().plus(life.lateMax())); // The youngest have had their first extension, too.
            Traffic from = Traffic.of(redis);
            pass(life.period().multipliedBy(2));
            System.out.println(Traffic.of(redis).since(from).line(count, faster));
            if (node.keys.size() != count) {
                throw new IllegalStateException("keys were lost");
            }
        }
        System.exit(0); // Redis' client leaves threads behind.
    }

    /** What Redis has counted until one moment. */
    private record Traffic(long nanos, long sets, long expires, long commands) {

        static Traffic of(RedisServer redis) {
            long commands = redis.call("INFO", "stats")
                    .lines()
                    .filter(line -> line.startsWith("total_commands_processed:"))
                    .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                    .sum();
            return new Traffic(System.nanoTime(), redis.calls("set"), redis.calls("expire"), commands);
        }

        Traffic since(Traffic earlier) {
            return new Traffic(
                    nanos - earlier.nanos, sets - earlier.sets, expires - earlier.expires, commands - earlier.commands);
        }

        String line(int keys, int faster) {
            return "traffic\t%d\t%d\t%.1f\t%d\t%d\t%d".formatted(keys, faster, nanos / 1e9, sets, expires, commands);
        }
    }

    /** Loads what a key needs of classes and threads, and leaves none. */
    private static void warmUp(RedisServer redis, LoneNode node) throws InterruptedException {
        List<CancelKey> keys = issue(node, WARM_UP_KEYS, Duration.ofSeconds(1));
        awaitKeys(redis, WARM_UP_KEYS);
        keys.forEach(node.keys::forget);
        pass(Duration.ofSeconds(1));
        redis.call("FLUSHALL");
    }

    /** Sessions that come one after another within {@code span}, as in a day and not as after a crash. */
    private static List<CancelKey> issue(LoneNode node, int count, Duration span) throws InterruptedException {
        long from = System.nanoTime();
        List<CancelKey> keys = new ArrayList<>(count);
        for (int number = 0; number < count; number++) {
            long due = from + span.toNanos() / count * number;
            pass(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
            keys.add(node.keys.issue(ProtocolVersion.V3_0, Sessions.session(number), NOBODY));
        }
        return keys;
    }

    private static void awaitKeys(RedisServer redis, int count) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        for (long there = 0; there < count; there = Long.parseLong(redis.call("DBSIZE"))) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("only %d of %d keys are in Redis".formatted(there, count));
            }
            pass(LOOK_AGAIN);
        }
    }

    /** The total of a class histogram, which collects fully first. */
    private static long liveHeap() throws JMException {
        Object told = ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        Matcher total = TOTAL.matcher(told.toString());
        if (!total.find()) {
            throw new IllegalStateException("the class histogram has no line of totals");
        }
        return Long.parseLong(total.group(1));
    }

    /** Redis counts lives in whole seconds, so these are rounded up. */
    private static KeyLife faster(KeyLife usual, int times) {
        return new KeyLife(
                wholeSeconds(usual.first().dividedBy(times)),
                usual.firstPeriod().dividedBy(times),
                wholeSeconds(usual.life().dividedBy(times)),
                usual.period().dividedBy(times),
                usual.jitter().dividedBy(times),
                usual.earlyMax().dividedBy(times),
                usual.lateMax().dividedBy(times),
                usual.removeAbove().dividedBy(times));
    }

    private static Duration wholeSeconds(Duration time) {
        return Duration.ofSeconds(time.plusSeconds(1).minusNanos(1).toSeconds());
    }

    private static void pass(Duration span) throws InterruptedException {
        new Semaphore(0).tryAcquire(span.toNanos(), TimeUnit.NANOSECONDS);
    }
}
