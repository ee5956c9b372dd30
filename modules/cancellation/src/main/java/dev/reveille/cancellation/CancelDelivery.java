package dev.reveille.cancellation;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** Brings a cancel request to a compute: a role that the gateway plays. Any thread; returns at once. */
@FunctionalInterface
public interface CancelDelivery {

    /**
     * Connects, sends the request and waits until the compute has closed the connection, which is its only answer
     * (PostgreSQL manual, 54.2.7). The stage ends within a few seconds whatever happens; a failure is for the log.
     */
    CompletionStage<Done> deliver(CancelTarget target);
}
