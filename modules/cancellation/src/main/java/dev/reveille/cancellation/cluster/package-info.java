/**
 * Cancel keys across the nodes: {@link dev.reveille.cancellation.cluster.CancellationShard} knows which node holds which
 * key, the key holders of the nodes answer for their sessions.
 *
 * <p>A cancel request comes to the {@link dev.reveille.cancellation.cluster.ClusterCancelDesk}, which sends out an {@code Errand}:
 * start reading there. What a node has to tell the shards of its keys is in the {@code Registrations} of its key holder.
 */
package dev.reveille.cancellation.cluster;
