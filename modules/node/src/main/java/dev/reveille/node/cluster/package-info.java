/**
 * A node's membership: the second actor system of a node, which is of a cluster, and its lives.
 *
 * <p>Sessions live in an actor system of their own, so that a node that its cluster has given up loses none of them: {@link
 * dev.reveille.node.cluster.ClusterLife} ends the cluster's system alone and joins again with a new one. What runs in it
 * is the cancellation module's. A node that is alone for good has none of it, {@link dev.reveille.node.cluster.LifeAlone}.
 * Nothing here knows a session.
 */
package dev.reveille.node.cluster;
