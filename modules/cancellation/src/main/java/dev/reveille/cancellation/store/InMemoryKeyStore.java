package dev.reveille.cancellation.store;

import dev.reveille.cancellation.CancelRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The key store of a node alone: a map with an end for each entry. When it is full, what has expired makes room; where
 * nothing has, one more key is refused. Its link is always up. Any thread.
 */
public final class InMemoryKeyStore implements KeyStore {

    /** More sessions than one node carries. */
    public static final int ENTRIES_MAX_DEFAULT = 1 << 20;

    private final InstantSource clock;
    private final int entriesMax;
    private final Map<Long, Entry> entries = new HashMap<>();

    private record Entry(CancelRecord record, Instant end) {}

    public InMemoryKeyStore(InstantSource clock, int entriesMax) {
        this.clock = clock;
        this.entriesMax = entriesMax;
    }

    @Override
    public CompletionStage<List<StoreReply>> execute(List<StoreCommand> batch) {
        return CompletableFuture.completedFuture(
                batch.stream().map(this::carryOut).toList());
    }

    @Override
    public Runnable watch(Consumer<StoreLink> listener) {
        listener.accept(StoreLink.UP);
        return () -> {};
    }

    /** How many keys are kept, expired ones that nobody has come across included. */
    public synchronized int size() {
        return entries.size();
    }

    private synchronized StoreReply carryOut(StoreCommand command) {
        Instant now = clock.instant();
        return switch (command) {
            case StoreCommand.Put put -> put(put, now);
            case StoreCommand.Extend extend -> extend(extend.key(), extend.life(), now);
            case StoreCommand.Fetch fetch -> fetch(fetch.key(), now);
            case StoreCommand.Remove remove -> remove(remove.key(), now);
        };
    }

    private StoreReply put(StoreCommand.Put put, Instant now) {
        if (entries.size() >= entriesMax && !entries.containsKey(put.key())) {
            entries.values().removeIf(entry -> !entry.end().isAfter(now));
        }
        if (entries.size() >= entriesMax && !entries.containsKey(put.key())) {
            return new StoreReply.Failed("the store is full: %d keys".formatted(entriesMax), false);
        }
        entries.put(put.key(), new Entry(put.record(), now.plus(put.life())));
        return new StoreReply.Done();
    }

    private StoreReply extend(long key, Duration life, Instant now) {
        boolean kept = entries.computeIfPresent(
                        key, (_, entry) -> entry.end().isAfter(now) ? new Entry(entry.record(), now.plus(life)) : null)
                != null;
        return kept ? new StoreReply.Done() : new StoreReply.Missing();
    }

    private StoreReply fetch(long key, Instant now) {
        Entry entry = entries.computeIfPresent(key, (_, kept) -> kept.end().isAfter(now) ? kept : null);
        return entry == null ? new StoreReply.Missing() : new StoreReply.Found(entry.record());
    }

    private StoreReply remove(long key, Instant now) {
        Entry entry = entries.remove(key);
        return entry != null && entry.end().isAfter(now) ? new StoreReply.Done() : new StoreReply.Missing();
    }
}
