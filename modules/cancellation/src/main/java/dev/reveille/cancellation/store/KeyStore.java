package dev.reveille.cancellation.store;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Where cancel keys are kept for those who do not hold the session: a role that memory plays for a node alone, and Redis
 * for clusters. Any thread; returns at once.
 */
public interface KeyStore {

    /**
     * Carries out a batch, in order, in one round trip. The stage completes within the store's command deadline, never
     * with a failure: there is exactly one reply for each command, in the same order, and one bad reply is that
     * command's alone.
     */
    CompletionStage<List<StoreReply>> execute(List<StoreCommand> batch);

    /**
     * {@code listener} hears how the link is now, and each change from then on, until what is returned is run; on any
     * thread, and must not block.
     */
    Runnable watch(Consumer<StoreLink> listener);

    /** Whether batches may be sent, as far as is known. */
    enum StoreLink {
        UP,
        DOWN
    }
}
