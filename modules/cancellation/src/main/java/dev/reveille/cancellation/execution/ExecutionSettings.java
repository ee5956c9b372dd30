package dev.reveille.cancellation.execution;

import java.time.Duration;

/**
 * Limits of carrying out cancellations.
 *
 * @param deadline how long each may wait for its turn, and how long it may take from then on
 * @param atOneMax on their way to one compute address at the same time
 * @param atAllMax on their way at the same time
 * @param waitingForOneMax that may wait for their turn at one compute address
 * @param waitingMax that may wait for their turn
 */
public record ExecutionSettings(Duration deadline, int atOneMax, int atAllMax, int waitingForOneMax, int waitingMax) {

    public static final ExecutionSettings DEFAULTS = new ExecutionSettings(Duration.ofSeconds(5), 16, 256, 1024, 4096);
}
