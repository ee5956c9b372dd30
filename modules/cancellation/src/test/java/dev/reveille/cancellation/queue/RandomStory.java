package dev.reveille.cancellation.queue;

import static dev.reveille.cancellation.fakes.Sessions.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.store.KeyStore.StoreLink;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/** One course of events, drawn from a seed, and beside it what must be true at every instant of it. */
final class RandomStory {

    /** In a calm, everything is caught up with after this: pauses, batches given up, and the backlog itself. */
    private static final long CAUGHT_UP = Duration.ofSeconds(30).toNanos();

    /** After this every key was extended once, so that a store that lost them in silence has been told again. */
    private static final long ROUND = Duration.ofSeconds(665).toNanos();

    private static final int STEPS_MAX = 1_000_000;
    private static final int BATCHES_MAX = 10_000;
    private static final QueueSizes NOTHING = new QueueSizes(0, 0, 0, 0, 0, 0);

    /** A batch under way: the store executes it, and the reply arrives, if they do. */
    private record Flight(StoreQueue<Integer> queue, Batch batch, long at, Fate fate, long sequence) {}

    private enum Fate {
        ARRIVES,
        FAILS_AFTER_IT_WAS_DONE,
        FAILS_BEFORE,
        LOSES_ITS_REPLY,
        LOSES_ONE_REPLY,
        HAS_ONE_BAD_REPLY
    }

    private record Caller(long key, long deadline) {}

    private final Random random;
    private final QueueSettings settings;
    private final ModelStore store = new ModelStore();
    private final TreeMap<Long, KeptKey> live = new TreeMap<>();
    private final Map<Long, Long> begunAt = new HashMap<>();
    /** Those who wait. */
    private final Map<Integer, Caller> callers = new HashMap<>();

    private final PriorityQueue<Flight> flights =
            new PriorityQueue<>(Comparator.comparingLong(Flight::at).thenComparing(Flight::sequence));
    private StoreQueue<Integer> queue;
    private StoreLink link = StoreLink.UP;
    private long now;
    private long keys;
    private int callerNumbers;
    private long flightNumbers;
    private boolean stormy;
    private long calmSince;
    private long flushedAt;

    RandomStory(long seed) {
        this.random = new Random(seed);
        this.now = random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L);
        this.flushedAt = now - ROUND;
        QueueSettings usual = QueueSettings.DEFAULTS;
        this.settings = new QueueSettings(
                usual.life(),
                1 + random.nextInt(10),
                1 + random.nextInt(4),
                usual.batchTimeMax(),
                20,
                30,
                5,
                200,
                usual.pauseMin(),
                usual.pauseMax(),
                usual.refusedPause(),
                3,
                usual.samplePause());
        begin();
    }

    void play() {
        for (int chapter = 0; chapter < 6; chapter++) {
            storm();
            for (int event = 0; event < 60; event++) {
                happens();
            }
            calm();
            for (int event = 0; event < 30; event++) {
                happens();
            }
            passes(CAUGHT_UP);
        }
        List.copyOf(live.keySet()).forEach(this::ends);
        passes(Duration.ofSeconds(10).toNanos());
        assertThat(queue.sizes())
                .as("what is left when all sessions have ended")
                .isEqualTo(NOTHING);
        assertThat(queue.nextDue(now)).isEmpty();
        assertThat(callers).as("callers that still wait").isEmpty();
    }

    // ---- events ----

    private void happens() {
        switch (random.nextInt(stormy ? 15 : 9)) {
            case 0, 1 -> {
                for (int many = random.nextInt(20); many >= 0 && live.size() < 300; many--) {
                    begins();
                }
            }
            case 2, 3 -> {
                for (int many = random.nextInt(15); many >= 0 && !live.isEmpty(); many--) {
                    ends(anyLive());
                }
            }
            case 4, 5 -> {
                for (int many = random.nextInt(10); many >= 0; many--) {
                    asks();
                }
            }
            case 6 -> vanishes();
            case 7 -> passes(random.nextLong(Duration.ofMillis(100).toNanos()));
            case 8 ->
                passes(random.nextLong(
                        Duration.ofSeconds(random.nextInt(4) == 0 ? 700 : 20).toNanos()));
            case 9 -> link(StoreLink.DOWN);
            case 10, 11 -> link(StoreLink.UP);
            case 12 -> restarts();
            case 13 -> {
                if (random.nextInt(4) == 0) {
                    store.flush();
                    flushedAt = now;
                }
            }
            default -> comesBackEmpty();
        }
    }

    private void storm() {
        stormy = true;
    }

    private void calm() {
        stormy = false;
        calmSince = now;
        link(StoreLink.UP);
    }

    private void begins() {
        long key = keys++;
        KeptKey kept = new KeptKey(key, session((int) key), key);
        live.put(key, kept);
        begunAt.put(key, now);
        queue.begin(kept, now);
        settle();
    }

    private void ends(long key) {
        queue.end(live.remove(key), now);
        begunAt.remove(key);
        settle();
    }

    private void asks() {
        long key = random.nextLong(keys + 5);
        Caller caller =
                new Caller(key, now + 1 + random.nextLong(Duration.ofSeconds(5).toNanos()));
        callers.put(callerNumbers, caller);
        queue.lookUp(key, callerNumbers++, caller.deadline());
        settle();
    }

    private void vanishes() {
        if (callerNumbers > 0) {
            int number = Math.max(0, callerNumbers - 1 - random.nextInt(20));
            callers.remove(number);
            queue.forget(caller -> caller == number);
            settle();
        }
    }

    private void link(StoreLink state) {
        link = state;
        queue.link(state, now);
        settle();
    }

    /** The store ends with all that it has and all that is on its way to it; when it is back is another event. */
    private void comesBackEmpty() {
        List<Flight> lost = List.copyOf(flights);
        flights.clear();
        store.flush();
        lost.forEach(flight -> {
            if (flight.queue() == queue) {
                queue.replied(flight.batch().id(), failed(flight.batch()), now);
            }
        });
        link(StoreLink.DOWN);
    }

    /** As a shard is restarted: a new queue, the same keys. */
    private void restarts() {
        queue.close("restart");
        assertThat(callers).as("callers that still wait").isEmpty();
        boolean inDoubt = queue.isInDoubt();
        begin();
        if (inDoubt) {
            queue.inheritDoubt(now);
        }
        settle();
    }

    private void begin() {
        queue = new StoreQueue<>(settings, random, this::answered);
        queue.link(link, now);
        live.values().forEach(kept -> queue.begin(kept, now));
    }

    /** Time passes, from one thing that happens by itself to the next. */
    private void passes(long span) {
        long until = now + span;
        for (int steps = 0; ; steps++) {
            assertThat(steps).as("things that happen by themselves").isLessThan(STEPS_MAX);
            long next = until;
            OptionalLong due = queue.nextDue(now);
            if (due.isPresent()) {
                next = Math.min(next, due.getAsLong());
            }
            if (!flights.isEmpty()) {
                next = Math.min(next, flights.element().at());
            }
            now = Math.max(now, next);
            if (!flights.isEmpty() && flights.element().at() <= now) {
                lands(flights.remove());
            }
            settle();
            check();
            boolean nothingMore = flights.isEmpty() || flights.element().at() > until;
            OptionalLong after = queue.nextDue(now);
            if (now >= until && nothingMore && (after.isEmpty() || after.getAsLong() > until)) {
                return;
            }
        }
    }

    // ---- the store ----

    private void settle() {
        queue.expire(now);
        long before = flightNumbers;
        for (var batch = queue.next(now); batch.isPresent(); batch = queue.next(now)) {
            assertThat(flightNumbers - before).as("batches at once").isLessThan(BATCHES_MAX);
            departs(batch.get());
        }
    }

    private void departs(Batch batch) {
        assertThat(link).isEqualTo(StoreLink.UP);
        assertThat(batch.commands()).hasSizeBetween(1, settings.batchMax());
        assertThat(queue.sizes().batches()).isLessThanOrEqualTo(settings.batchesMax());
        for (StoreCommand command : batch.commands()) {
            switch (command) {
                case StoreCommand.Put _, StoreCommand.Extend _ ->
                    assertThat(live)
                            .as("a store is sent only for a living session")
                            .containsKey(command.key());
                case StoreCommand.Remove _ ->
                    assertThat(live).as("what is removed is over").doesNotContainKey(command.key());
                case StoreCommand.Fetch(long key) ->
                    assertThat(callers.values())
                            .as("what is fetched is waited for")
                            .anyMatch(caller -> caller.key() == key);
            }
        }
        Fate fate = Fate.ARRIVES;
        long delay = random.nextLong(Duration.ofMillis(10).toNanos());
        if (stormy) {
            fate = Fate.values()[random.nextInt(Fate.values().length)];
            delay = random.nextLong(
                    Duration.ofMillis(random.nextInt(3) == 0 ? 8_000 : 50).toNanos());
        }
        flights.add(new Flight(queue, batch, now + delay, fate, flightNumbers++));
    }

    private void lands(Flight flight) {
        List<StoreReply> replies = switch (flight.fate()) {
            case FAILS_BEFORE -> failed(flight.batch());
            case FAILS_AFTER_IT_WAS_DONE -> {
                store.execute(flight.batch().commands(), now);
                yield failed(flight.batch());
            }
            case ARRIVES, LOSES_ITS_REPLY, LOSES_ONE_REPLY ->
                store.execute(flight.batch().commands(), now);
            case HAS_ONE_BAD_REPLY -> {
                List<StoreReply> all =
                        new ArrayList<>(store.execute(flight.batch().commands(), now));
                all.set(random.nextInt(all.size()), new StoreReply.Failed("wrong type", false));
                yield all;
            }
        };
        if (flight.fate() == Fate.LOSES_ITS_REPLY || flight.queue() != queue) {
            return;
        }
        int count = flight.fate() == Fate.LOSES_ONE_REPLY ? replies.size() - 1 : replies.size();
        queue.replied(flight.batch().id(), replies.subList(0, count), now);
    }

    private static List<StoreReply> failed(Batch batch) {
        return Collections.nCopies(batch.commands().size(), new StoreReply.Failed("connection reset", true));
    }

    // ---- what must be true ----

    private void answered(Integer number, StoreReply reply) {
        Caller caller = callers.remove(number);
        assertThat(caller).as("who is answered waits for it").isNotNull();
        assertThat(now).as("answered in time").isLessThanOrEqualTo(caller.deadline());
        if (reply instanceof StoreReply.Found(var record)) {
            assertThat(record).as("the answer to this question").isEqualTo(session((int) caller.key()));
        }
    }

    private void check() {
        callers.forEach((number, caller) -> {
            if (caller.deadline() <= now) {
                throw new AssertionError("caller %d still waits after its deadline".formatted(number));
            }
        });
        if (stormy || now - calmSince < CAUGHT_UP) {
            return;
        }
        boolean afterFlush = now - flushedAt > ROUND;
        live.forEach((key, kept) -> {
            long begun = begunAt.get(key);
            boolean told = now - begun > CAUGHT_UP && (afterFlush || begun > flushedAt);
            if (told && !store.has(key, now)) {
                throw new AssertionError("key %d of a living session is not in the store: %s".formatted(key, kept));
            }
        });
    }

    private long anyLive() {
        Long key = live.ceilingKey(random.nextLong(keys));
        return key == null ? live.firstKey() : key;
    }
}
