package dev.reveille.cancellation;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Takes cancel requests from every door, whoever holds the session they are for: this node, another one, or a node that
 * only the key store has heard of. Any thread; returns at once.
 */
@FunctionalInterface
public interface CancelDesk {

    /**
     * Somebody showed {@code key}. The stage completes when the cancellation has been carried out or dropped, always
     * within a few seconds and never with a failure: whoever asks is not told which.
     */
    CompletionStage<Done> cancel(CancelKey key, CancelOrigin origin);
}
