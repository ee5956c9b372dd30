package dev.reveille.cancellation.execution;

import dev.reveille.cancellation.CancelTarget;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;

/** One cancellation that was asked for, and the promise to say when it has ended. */
record CancelJob(CancelTarget target, CompletableFuture<Done> ended, CompletableFuture<Done> turn) {

    /** One that is dropped where its turn has not come within {@code waitingMax}. */
    static CancelJob of(CancelTarget target, Duration waitingMax) {
        CancelJob job = new CancelJob(
                target,
                new CompletableFuture<>(),
                new CompletableFuture<Done>().orTimeout(waitingMax.toNanos(), TimeUnit.NANOSECONDS));
        job.turn.whenComplete((_, late) -> {
            if (late != null) {
                job.drop("it waited too long");
            }
        });
        return job;
    }

    /** It begins now, and from now on whoever asked waits for its end. False where it has been dropped. */
    boolean takesItsTurn() {
        return turn.complete(Done.getInstance());
    }

    /** Who asked for this hears what who asked for {@code other} hears. */
    void endsWith(CancelJob other) {
        turn.complete(Done.getInstance());
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
