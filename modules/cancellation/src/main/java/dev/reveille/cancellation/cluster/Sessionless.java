package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelAuthority;
import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Cancels what no node of this cluster has a session for, by what is written down about it: the session belongs to another
 * kind of proxy that shares the store, or its node is dead. Any thread.
 *
 * @param store where records are, if anywhere outside the cluster
 * @param authority asked before anything is done, because there is no session to ask
 * @param delivery to the compute
 */
public record Sessionless(Optional<KeyStore> store, CancelAuthority authority, CancelDelivery delivery) {

    private static final CompletionStage<Done> OVER = CompletableFuture.completedFuture(Done.getInstance());

    /** Whether anything is written down at all. */
    boolean hasStore() {
        return store.isPresent();
    }

    CompletionStage<Done> cancel(long key, CancelOrigin origin) {
        return store.map(records -> records.execute(List.of(new StoreCommand.Fetch(key)))
                        .thenCompose(replies -> replies.getFirst() instanceof StoreReply.Found(CancelRecord record)
                                ? cancel(record, origin)
                                : OVER))
                .orElse(OVER);
    }

    CompletionStage<Done> cancel(CancelRecord record, CancelOrigin origin) {
        return authority
                .allows(record, origin)
                .thenCompose(allowed -> allowed ? delivery.deliver(record.target()) : OVER);
    }
}
