package dev.reveille.cancellation;

import dev.reveille.cancellation.queue.QueueSettings;
import java.time.Duration;

/**
 * Limits of a cluster's cancellation shards.
 *
 * @param shards how many there are; the same on every node, for ever
 * @param keysMax keys that one shard knows at most; sessions beyond that can be cancelled through their own node, and are
 *     registered when there is room
 * @param lookUpMax how long a look-up may take at most, however patient its caller is
 * @param settleMax how long a shard that has just started does not trust what it does not know: the nodes have to tell it
 *     again first
 * @param registerAgainPause how long a node that was asked for all its keys is not asked again
 * @param restartsMax restarts of a shard within {@code restartsWithin} that are not one too many
 * @param restartsWithin see {@code restartsMax}
 * @param queue limits of the queue to the key store
 */
public record CancellationSettings(
        int shards,
        int keysMax,
        Duration lookUpMax,
        Duration settleMax,
        Duration registerAgainPause,
        int restartsMax,
        Duration restartsWithin,
        QueueSettings queue) {

    public static final CancellationSettings DEFAULTS = new CancellationSettings(
            64,
            65_536,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            10,
            Duration.ofMinutes(1),
            QueueSettings.DEFAULTS);
}
