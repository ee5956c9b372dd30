package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.queue.KeptKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Which node holds which of a shard's keys, and whether the nodes agree with that. Bounded by {@code keysMax}; belongs to
 * its shard's actor.
 *
 * <p>Messages can be lost while a shard moves, in both directions: a session that began is missing here, one that is over
 * is not. So each node says now and then how many keys it has, and which. Where that differs twice in a row the node is
 * asked for all of them, and when those have been confirmed that it says, what was not confirmed is over.
 */
final class ShardEntries {

    /** Hears what becomes of the keys. */
    interface Keeper {

        void begin(KeptKey kept);

        /** Its session is over. */
        void end(KeptKey kept);

        /** Its node is gone, or it has been replaced. */
        void abandon(KeptKey kept);

        /** Nothing becomes of them. */
        Keeper NOBODY = new Keeper() {
            @Override
            public void begin(KeptKey kept) {}

            @Override
            public void end(KeptKey kept) {}

            @Override
            public void abandon(KeptKey kept) {}
        };
    }

    private static final class Entry {
        private final KeptKey kept;
        private Holding holding;
        private int round;

        Entry(KeptKey kept, Holding holding) {
            this.kept = kept;
            this.holding = holding;
        }
    }

    /** What one node holds. */
    private static final class Holding {
        private final ActorRef<HolderCommand> holder;
        private final KeyTally keys = new KeyTally();
        /** Counts how often the node was asked for everything. */
        private int round;
        /** Keys that were registered in this round. */
        private final KeyTally confirmed = new KeyTally();

        private int differences;
        /** Whether the last difference was one that a count does not show. */
        private boolean othersThanCounted;

        private Optional<Long> askedAt = Optional.empty();

        Holding(ActorRef<HolderCommand> holder) {
            this.holder = holder;
        }

        private void enter(Entry entry) {
            entry.holding = this;
            entry.round = round;
            keys.add(entry.kept.key());
            confirmed.add(entry.kept.key());
        }

        private void leave(Entry entry) {
            keys.remove(entry.kept.key());
            if (entry.round == round) {
                confirmed.remove(entry.kept.key());
            }
        }
    }

    private final int keysMax;
    private final Map<Long, Entry> entries = new HashMap<>();
    private final Map<ActorRef<HolderCommand>, Holding> holdings = new HashMap<>();
    private long sequence;

    ShardEntries(int keysMax) {
        this.keysMax = keysMax;
    }

    /** Whether this holder has not been heard of before, or not since it was gone. */
    boolean isNew(ActorRef<HolderCommand> holder) {
        return !holdings.containsKey(holder);
    }

    /** {@code holder} has this key; false where there is no room for it. */
    boolean register(long key, CancelRecord record, ActorRef<HolderCommand> holder, Keeper keeper) {
        Holding holding = holdings.computeIfAbsent(holder, Holding::new);
        Entry known = entries.get(key);
        if (known != null && known.kept.record().equals(record)) {
            known.holding.leave(known);
            holding.enter(known);
            return true;
        }
        if (known != null) {
            remove(known);
            keeper.abandon(known.kept);
        }
        if (entries.size() >= keysMax) {
            return false;
        }
        Entry entry = new Entry(new KeptKey(key, record, sequence++), holding);
        entries.put(key, entry);
        holding.enter(entry);
        keeper.begin(entry.kept);
        return true;
    }

    /** The session is over, says {@code holder}; what it does not hold it has no say in. */
    void unregister(long key, Optional<ActorRef<HolderCommand>> holder, Keeper keeper) {
        Entry entry = entries.get(key);
        if (entry != null
                && holder.filter(teller -> !teller.equals(entry.holding.holder)).isEmpty()) {
            remove(entry);
            keeper.end(entry.kept);
        }
    }

    Optional<ActorRef<HolderCommand>> holder(long key) {
        Entry entry = entries.get(key);
        return entry == null ? Optional.empty() : Optional.of(entry.holding.holder);
    }

    /** The node is gone, and its sessions with it. */
    void forget(ActorRef<HolderCommand> holder, Keeper keeper) {
        Holding gone = holdings.remove(holder);
        if (gone != null && gone.keys.count() > 0) {
            removeAll(gone, false, keeper::abandon);
        }
    }

    /**
     * A node has so many keys of this shard, and these. Returns whether it is to be asked for all of them.
     *
     * @param differencesMax how often it may differ before that
     * @param pause nanoseconds for which it is not asked again
     */
    boolean differs(CancellationShard.Census census, int differencesMax, long pause, long now, Keeper keeper) {
        Holding holding = holdings.computeIfAbsent(census.holder(), Holding::new);
        if (holding.confirmed.agrees(census) && !holding.keys.agrees(census)) {
            removeAll(holding, true, keeper::end);
        }
        if (holding.keys.agrees(census)) {
            if (census.digest().isPresent() || !holding.othersThanCounted) {
                holding.differences = 0;
                holding.othersThanCounted = false;
            }
            return false;
        }
        holding.othersThanCounted = holding.keys.count() == census.count();
        holding.differences++;
        boolean askedLately = holding.askedAt.isPresent() && now - holding.askedAt.get() < pause;
        if (holding.differences < differencesMax || askedLately || isFull()) {
            return false;
        }
        holding.askedAt = Optional.of(now);
        holding.round++;
        holding.confirmed.clear();
        return true;
    }

    /** Whether what is not here is held by nobody, as far as the nodes have said. */
    boolean isComplete(int differencesMax) {
        return holdings.values().stream().allMatch(holding -> holding.differences < differencesMax);
    }

    boolean isFull() {
        return entries.size() >= keysMax;
    }

    int size() {
        return entries.size();
    }

    /** All keys, in the order in which they came. */
    void forEach(Consumer<KeptKey> action) {
        List<KeptKey> all = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> all.add(entry.kept));
        all.sort(Comparator.comparingLong(KeptKey::sequence));
        all.forEach(action);
    }

    private void remove(Entry entry) {
        entries.remove(entry.kept.key());
        entry.holding.leave(entry);
    }

    private void removeAll(Holding holding, boolean unconfirmedOnly, Consumer<KeptKey> action) {
        Iterator<Entry> all = entries.values().iterator();
        while (all.hasNext()) {
            Entry entry = all.next();
            if (entry.holding == holding && !(unconfirmedOnly && entry.round == holding.round)) {
                all.remove();
                holding.leave(entry);
                action.accept(entry.kept);
            }
        }
    }
}
