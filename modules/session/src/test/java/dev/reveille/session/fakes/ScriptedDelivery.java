package dev.reveille.session.fakes;

import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.CancelTarget;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** A courier of cancel requests that comes back when the test says so. */
public final class ScriptedDelivery implements CancelDelivery {

    private final Calls<Errand> errands = new Calls<>("deliver a cancel request");

    /** One request on its way. */
    public record Errand(CancelTarget target, CompletableFuture<Done> end) {

        public void isDone() {
            end.complete(Done.getInstance());
        }
    }

    /** The next request, which must come soon. */
    public Errand isToDeliver() {
        return errands.next();
    }

    /** The next request, which may need time to pass. */
    public Errand isToDeliverAfter(Runnable time) {
        return errands.nextAfter(time);
    }

    public int errands() {
        return errands.count();
    }

    @Override
    public CompletionStage<Done> deliver(CancelTarget target) {
        Errand errand = new Errand(target, new CompletableFuture<>());
        errands.add(errand);
        return errand.end();
    }
}
