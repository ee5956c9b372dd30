package dev.reveille.cancellation.queue;

import dev.reveille.cancellation.CancelRecord;
import java.util.Comparator;

/**
 * A key that is to be in the store while its session lives, and what is known of it there. There is one for each session,
 * so it is kept small; a {@link StoreQueue} alone changes it.
 */
public final class KeptKey {

    /** Where a key is in its queue. */
    enum Place {
        /** Not in a queue, or its session is over. */
        NOWHERE,
        /** Waits to be stored, first come first served. */
        PUTS,
        /** Waits to be stored or extended as soon as that can be caught up with. */
        BACKLOG,
        /** In a batch that is in flight. */
        SENT,
        /** In the store, as far as is known; something is to be done when it is {@link #due}. */
        RESTING
    }

    /** In the order in which sessions came. */
    static final Comparator<KeptKey> BY_AGE = Comparator.comparingLong(KeptKey::sequence);

    static final Comparator<KeptKey> BY_DUE =
            Comparator.<KeptKey>comparingLong(kept -> kept.due).thenComparing(BY_AGE);

    private final long key;
    private final CancelRecord record;
    private final long sequence;

    Place place = Place.NOWHERE;
    boolean stored;
    boolean extended;
    long storedUntil;
    long due;

    /** @param sequence greater for each session that comes, and never the same twice */
    public KeptKey(long key, CancelRecord record, long sequence) {
        this.key = key;
        this.record = record;
        this.sequence = sequence;
    }

    public long key() {
        return key;
    }

    public CancelRecord record() {
        return record;
    }

    /** Its place in the order in which sessions came. */
    public long sequence() {
        return sequence;
    }

    /** Whether the store surely has it still, unless it lost it. */
    boolean inStore(long now) {
        return stored && now - storedUntil < 0;
    }

    /** When the store was last told of it, where it was. */
    long storedAt(KeyLife life) {
        return storedUntil - (extended ? life.life() : life.first()).toNanos();
    }

    @Override
    public String toString() {
        return "KeptKey[***, %s]".formatted(place);
    }
}
