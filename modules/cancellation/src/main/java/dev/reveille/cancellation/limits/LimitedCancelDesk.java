package dev.reveille.cancellation.limits;

import dev.reveille.cancellation.CancelDesk;
import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** A desk that networks may not crowd: what comes too often is dropped before anybody looks at it. Any thread. */
public final class LimitedCancelDesk implements CancelDesk {

    private final CancelLimiter limiter;
    private final CancelDesk desk;

    public LimitedCancelDesk(CancelLimiter limiter, CancelDesk desk) {
        this.limiter = limiter;
        this.desk = desk;
    }

    @Override
    public CompletionStage<Done> cancel(CancelKey key, CancelOrigin origin) {
        return limiter.admits(origin.client())
                ? desk.cancel(key, origin)
                : CompletableFuture.completedFuture(Done.getInstance());
    }
}
