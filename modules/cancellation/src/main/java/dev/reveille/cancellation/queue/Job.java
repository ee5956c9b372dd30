package dev.reveille.cancellation.queue;

import dev.reveille.cancellation.store.StoreCommand;
import java.time.Duration;

/** One place in a batch: what is sent, and whom its reply is for. */
sealed interface Job {

    StoreCommand command();

    record Put(KeptKey kept, Duration life) implements Job {
        @Override
        public StoreCommand command() {
            return new StoreCommand.Put(kept.key(), kept.record(), life);
        }
    }

    record Extend(KeptKey kept, Duration life) implements Job {
        @Override
        public StoreCommand command() {
            return new StoreCommand.Extend(kept.key(), life);
        }
    }

    record Fetch(long key) implements Job {
        @Override
        public StoreCommand command() {
            return new StoreCommand.Fetch(key);
        }
    }

    record Remove(long key) implements Job {
        @Override
        public StoreCommand command() {
            return new StoreCommand.Remove(key);
        }
    }
}
