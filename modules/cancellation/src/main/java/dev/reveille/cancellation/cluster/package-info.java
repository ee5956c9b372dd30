/**
 * Cancel keys across the nodes: {@link dev.reveille.cancellation.cluster.CancellationShard} knows which node holds which
 * key, the key holders of the nodes answer for their sessions.
 *
 * <p>A cancel request comes to the {@link dev.reveille.cancellation.cluster.ClusterCancelDesk}, which sends out an {@code Errand}:
 * start reading there. A session's key comes in by {@code Registrations}.
 */
package dev.reveille.cancellation.cluster;
