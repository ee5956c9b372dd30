package dev.reveille.cancellation.queue;

import java.time.Duration;

/**
 * Limits of one shard's queue to the key store.
 *
 * @param life how long keys live in the store
 * @param batchMax commands in one batch
 * @param batchesMax batches in flight at once
 * @param batchTimeMax after this a batch counts as failed, whatever the store promised
 * @param lookUpsMax callers that may wait for a look-up; more are refused at once
 * @param putsMax first stores that may be queued in order; more are postponed and replayed
 * @param removesMax removals that may be queued; more are left out, because keys go by themselves
 * @param replayRate stores for each second at most that were postponed, or came due while the link was down; so many that
 *     a full shard has caught up within a minute or so, so few that all shards together do not bury a store that has just
 *     come back
 * @param pauseMin how long stores wait after the link has failed a batch; doubles with each failure in a row
 * @param pauseMax how long they wait at most
 * @param refusedPause how long a store waits that failed alone, such as at a key of a strange type
 * @param sampleMax keys that are tried when the store may have lost some; so many that a part of a Redis Cluster that
 *     comes back empty is noticed, too
 * @param samplePause a single key that is missing has others tried no sooner after the last time
 */
public record QueueSettings(
        KeyLife life,
        int batchMax,
        int batchesMax,
        Duration batchTimeMax,
        int lookUpsMax,
        int putsMax,
        int removesMax,
        int replayRate,
        Duration pauseMin,
        Duration pauseMax,
        Duration refusedPause,
        int sampleMax,
        Duration samplePause) {

    public static final QueueSettings DEFAULTS = new QueueSettings(
            KeyLife.DEFAULTS,
            128,
            4,
            Duration.ofSeconds(3),
            1_024,
            8_192,
            1_024,
            1_000,
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            32,
            Duration.ofMinutes(1));
}
