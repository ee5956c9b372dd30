package dev.reveille.cancellation.execution;

import dev.reveille.cancellation.CancelTarget;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;

/** One cancellation that was asked for, and the promise to say when it has ended. */
record CancelJob(CancelTarget target, CompletableFuture<Done> ended) {

    boolean isOver() {
        return ended.isDone();
    }

    /** Who asked for this hears what who asked for {@code other} hears. */
    void endsWith(CancelJob other) {
        other.ended.whenComplete((done, failure) -> {
            if (failure == null) {
                ended.complete(done);
            } else {
                ended.completeExceptionally(failure);
            }
        });
    }

    void drop(String reason) {
        ended.completeExceptionally(new CancelDropped(reason));
    }
}
