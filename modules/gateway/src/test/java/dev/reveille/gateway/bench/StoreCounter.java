package dev.reveille.gateway.bench;

import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Counts what another store has answered, and says of each key when its first store is over. Any thread. */
final class StoreCounter implements KeyStore {

    private final KeyStore store;
    private final LongConsumer stored;
    final LongAdder stores = new LongAdder();
    final LongAdder lookUps = new LongAdder();
    final LongAdder failures = new LongAdder();
    final LongAdder batches = new LongAdder();

    StoreCounter(KeyStore store, LongConsumer stored) {
        this.store = store;
        this.stored = stored;
    }

    /** The counts at one moment. */
    record Counts(long stores, long lookUps, long failures, long batches) {
        Counts since(Counts earlier) {
            return new Counts(
                    stores - earlier.stores,
                    lookUps - earlier.lookUps,
                    failures - earlier.failures,
                    batches - earlier.batches);
        }
    }

    Counts counts() {
        return new Counts(stores.sum(), lookUps.sum(), failures.sum(), batches.sum());
    }

    @Override
    public CompletionStage<List<StoreReply>> execute(List<StoreCommand> batch) {
        return store.execute(batch).whenComplete((replies, _) -> count(batch, replies));
    }

    @Override
    public Runnable watch(Consumer<StoreLink> listener) {
        return store.watch(listener);
    }

    private void count(List<StoreCommand> batch, List<StoreReply> replies) {
        batches.increment();
        for (int at = 0; at < batch.size(); at++) {
            boolean failed = replies.get(at) instanceof StoreReply.Failed;
            switch (batch.get(at)) {
                case StoreCommand.Put put -> {
                    (failed ? failures : stores).increment();
                    stored.accept(put.key());
                }
                case StoreCommand.Fetch _ -> (failed ? failures : lookUps).increment();
                case StoreCommand.Extend _, StoreCommand.Remove _ -> {} // None within the time of a measurement.
            }
        }
    }
}
