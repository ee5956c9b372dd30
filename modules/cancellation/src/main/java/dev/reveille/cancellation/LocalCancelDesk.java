package dev.reveille.cancellation;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** The desk of a node that knows of no other: only the sessions here are found. Any thread. */
public final class LocalCancelDesk implements CancelDesk {

    private final CancelKeys keys;

    public LocalCancelDesk(CancelKeys keys) {
        this.keys = keys;
    }

    @Override
    public CompletionStage<Done> cancel(CancelKey key, CancelOrigin origin) {
        CompletableFuture<Done> handled = new CompletableFuture<>();
        Optional<CancelHolder> holder = keys.holder(key);
        if (holder.isPresent()) {
            holder.get().cancel(origin, () -> handled.complete(Done.getInstance()));
        } else {
            handled.complete(Done.getInstance());
        }
        return handled;
    }
}
