package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.cluster.CancellationShard.Census;
import dev.reveille.cancellation.cluster.CancellationShard.Entry;
import dev.reveille.cancellation.cluster.CancellationShard.Register;
import dev.reveille.cancellation.cluster.CancellationShard.Unregister;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;

/** What a {@link KeyHolder} tells the shards, and what it has yet to tell them. For one thread. */
final class Registrations {

    /** Keys in one message, and characters in their names: a message must fit into a frame of the cluster's transport. */
    private static final int ENTRIES_MAX = 100;

    private static final int NAMES_MAX = 32_768;

    private final ActorRef<ShardingEnvelope<CancellationShard.Command>> shards;
    private final int shardCount;
    private final ActorRef<HolderCommand> self;

    /** Grows to the number of keys of this node at most. */
    private final Map<Long, CancelRecord> later = new LinkedHashMap<>();

    private final BitSet told = new BitSet();

    /** Counts the keys of each shard that came or went. */
    private final int[] changes;

    Registrations(
            ActorRef<ShardingEnvelope<CancellationShard.Command>> shards,
            int shardCount,
            ActorRef<HolderCommand> self) {
        this.shards = shards;
        this.shardCount = shardCount;
        this.self = self;
        this.changes = new int[shardCount];
    }

    int shardOf(long key) {
        return CancellationShard.shardOf(key, shardCount);
    }

    void now(long key, CancelRecord record) {
        int shard = shardOf(key);
        changes[shard]++;
        tell(shard, new Register(List.of(new Entry(key, record)), self));
    }

    void later(long key, CancelRecord record) {
        later.put(key, record);
    }

    void end(long key) {
        later.remove(key);
        int shard = shardOf(key);
        changes[shard]++;
        tell(shard, new Unregister(key, self));
    }

    boolean isBehind() {
        return !later.isEmpty();
    }

    /** Tells of up to {@code most} keys that were left for later. */
    void catchUp(int most) {
        // A node of the release before does not read what is said of shared backends; the others' keys it must hear of.
        Map<Boolean, Map<Integer, Batch>> batchesOf = Map.of(true, new HashMap<>(), false, new HashMap<>());
        Iterator<Map.Entry<Long, CancelRecord>> waiting = later.entrySet().iterator();
        for (int sent = 0; sent < most && waiting.hasNext(); sent++) {
            Map.Entry<Long, CancelRecord> next = waiting.next();
            waiting.remove();
            int shard = shardOf(next.getKey());
            Map<Integer, Batch> batches = batchesOf.get(next.getValue().shared());
            Batch batch = batches.computeIfAbsent(shard, _ -> new Batch());
            batch.add(new Entry(next.getKey(), next.getValue()));
            if (batch.isFull()) {
                tell(shard, new Register(batch.entries, self));
                batches.remove(shard);
            }
        }
        batchesOf
                .values()
                .forEach(batches -> batches.forEach((shard, batch) -> tell(shard, new Register(batch.entries, self))));
    }

    /** What there is of each shard at the moment, and how many changes had been told by then. */
    record Count(List<KeyTally> tallies, int[] changes) {}

    Count count(CancelKeys keys) {
        List<KeyTally> tallies =
                Stream.generate(KeyTally::new).limit(shardCount).toList();
        keys.forEach((key, _) -> tallies.get(shardOf(key)).add(key));
        return new Count(tallies, changes.clone());
    }

    /**
     * Tells each shard that was ever told of a key how many of them it should know, and which. Keys come and go while others
     * count: where one did, the shard may have been told of it or not, and which keys there were is better not said. To be
     * called when all that was known of before the count has been told.
     */
    void census(Count count) {
        told.stream().forEach(shard -> {
            KeyTally tally = count.tallies().get(shard);
            OptionalLong digest =
                    count.changes()[shard] == changes[shard] ? OptionalLong.of(tally.digest()) : OptionalLong.empty();
            tell(shard, new Census(tally.count(), digest, self));
        });
    }

    private void tell(int shard, CancellationShard.Command command) {
        told.set(shard);
        shards.tell(new ShardingEnvelope<>(Integer.toString(shard), command));
    }

    private static final class Batch {

        private final List<Entry> entries = new ArrayList<>();
        private int names;

        void add(Entry entry) {
            entries.add(entry);
            names += entry.record().endpoint().toString().length()
                    + entry.record().role().value().length()
                    + entry.record().target().hostname().length();
        }

        boolean isFull() {
            return entries.size() >= ENTRIES_MAX || names >= NAMES_MAX;
        }
    }
}
