package dev.reveille.cancellation.cluster;

import java.time.Duration;

/**
 * How long the way of a cancel request through the cluster may take, and how much may be under way.
 *
 * @param requestMax for a whole request: after that whoever brought it is let go, whatever has become of it
 * @param joiningMax how long a request waits for this node to become a member of its cluster
 * @param nodesAtOnceMax other nodes that are asked themselves at once for a key of 8 bytes; where there are more, the key's
 *     shard is asked which of them it is. 0: the shard is asked first in any case
 * @param quietMax requests under way at this node, up to which it does so: each may cost a message to each node. With more
 *     of them, such as a flood of made-up keys, each costs a message to its shard
 * @param shardAfter how long nodes that are asked at once may be silent before the shard is asked, too
 * @param shardMax how long a shard may take before the key holders of all nodes are asked directly
 * @param againAfter when a shard that does not know a key is asked once more: the session may be just beginning
 * @param holderMax how long a key holder that was asked directly may be silent before it is given up, if its node cannot be
 *     reached; one that can be reached is waited for
 * @param requestsMax requests of one node that are looked for elsewhere at the same time; others are dropped
 * @param carriedOutMax how long a session may take to carry out a cancel request
 * @param carryingOutMax cancel requests from other nodes that are being carried out here; others are dropped
 * @param censusInterval how often a node tells each shard how many of its keys it should know
 * @param newcomerFor how long after a node has joined it is asked itself for keys that no shard knows
 * @param registrationsPerSecond how many keys a node registers again in a second
 */
public record ClusterLimits(
        Duration requestMax,
        Duration joiningMax,
        int nodesAtOnceMax,
        int quietMax,
        Duration shardAfter,
        Duration shardMax,
        Duration againAfter,
        Duration holderMax,
        int requestsMax,
        Duration carriedOutMax,
        int carryingOutMax,
        Duration censusInterval,
        Duration newcomerFor,
        int registrationsPerSecond) {

    /** What a node does unless told otherwise. */
    public static final ClusterLimits DEFAULTS = new ClusterLimits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(3),
            8,
            32,
            Duration.ofMillis(10),
            Duration.ofMillis(200),
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            1_000,
            Duration.ofSeconds(5),
            1_000,
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            5_000);

    /** The same, with so many {@link #nodesAtOnceMax}. */
    public ClusterLimits askingAtOnce(int nodes) {
        return new ClusterLimits(
                requestMax,
                joiningMax,
                nodes,
                quietMax,
                shardAfter,
                shardMax,
                againAfter,
                holderMax,
                requestsMax,
                carriedOutMax,
                carryingOutMax,
                censusInterval,
                newcomerFor,
                registrationsPerSecond);
    }

    public ClusterLimits {
        if (requestsMax < 1 || carryingOutMax < 1 || registrationsPerSecond < 1) {
            throw new IllegalArgumentException("limits of a cluster are positive");
        }
    }
}
