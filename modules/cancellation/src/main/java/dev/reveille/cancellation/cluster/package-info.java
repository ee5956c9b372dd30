/**
 * Cancel keys across the nodes: {@link dev.reveille.cancellation.cluster.CancellationShard} knows which node holds which
 * key, the key holders of the nodes answer for their sessions.
 */
package dev.reveille.cancellation.cluster;
