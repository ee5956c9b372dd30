package dev.reveille.cancellation.queue;

import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The keys that a store has at some instant: what it does to a command, without the way there and back. */
final class ModelStore {

    private record Kept(CancelRecord record, long until) {}

    private final Map<Long, Kept> kept = new HashMap<>();

    List<StoreReply> execute(List<StoreCommand> commands, long now) {
        return commands.stream().map(command -> execute(command, now)).toList();
    }

    boolean has(long key, long now) {
        Kept found = kept.get(key);
        return found != null && now - found.until() < 0;
    }

    /** Restarted empty. */
    void flush() {
        kept.clear();
    }

    private StoreReply execute(StoreCommand command, long now) {
        return switch (command) {
            case StoreCommand.Put(long key, CancelRecord record, Duration life) -> {
                kept.put(key, new Kept(record, now + life.toNanos()));
                yield new StoreReply.Done();
            }
            case StoreCommand.Extend(long key, Duration life) -> {
                if (!has(key, now)) {
                    yield new StoreReply.Missing();
                }
                kept.put(key, new Kept(kept.get(key).record(), now + life.toNanos()));
                yield new StoreReply.Done();
            }
            case StoreCommand.Fetch(long key) ->
                has(key, now) ? new StoreReply.Found(kept.get(key).record()) : new StoreReply.Missing();
            case StoreCommand.Remove(long key) -> {
                kept.remove(key);
                yield new StoreReply.Done();
            }
        };
    }
}
