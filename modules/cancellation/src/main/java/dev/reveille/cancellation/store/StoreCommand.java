package dev.reveille.cancellation.store;

import dev.reveille.cancellation.CancelRecord;
import java.time.Duration;

/** What a key store can be asked to do (spec 02 §12.3). Every command may be repeated without harm. */
public sealed interface StoreCommand {

    /** The 64 bits of a cancel key for protocol 3.0: process id, then secret. */
    long key();

    /** Keep {@code record} for {@code life}, whole seconds. */
    record Put(long key, CancelRecord record, Duration life) implements StoreCommand {
        @Override
        public String toString() {
            return "Put[***, %s]".formatted(life);
        }
    }

    /** Keep what is there for {@code life} more, whole seconds. */
    record Extend(long key, Duration life) implements StoreCommand {
        @Override
        public String toString() {
            return "Extend[***, %s]".formatted(life);
        }
    }

    /** What is kept under the key? */
    record Fetch(long key) implements StoreCommand {
        @Override
        public String toString() {
            return "Fetch[***]";
        }
    }

    /** Forget the key, if it is convenient: it goes by itself in time. */
    record Remove(long key) implements StoreCommand {
        @Override
        public String toString() {
            return "Remove[***]";
        }
    }
}
