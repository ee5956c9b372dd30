package dev.reveille.gateway.sql;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.Done;

/**
 * Tells a request that its client has gone, for as long as the request wants to know. A connection may carry many requests
 * and outlive them all: nothing of a finished one hangs on it.
 */
final class ClientWatch {

    private static final Runnable NOTHING = () -> {};

    private final AtomicReference<Runnable> onGone;

    private ClientWatch(Runnable onGone) {
        this.onGone = new AtomicReference<>(onGone);
    }

    static ClientWatch over(CompletionStage<Done> clientGone, Runnable onGone) {
        ClientWatch watch = new ClientWatch(onGone);
        clientGone.whenComplete((_, _) -> watch.onGone.getAndSet(NOTHING).run());
        return watch;
    }

    void end() {
        onGone.set(NOTHING);
    }
}
