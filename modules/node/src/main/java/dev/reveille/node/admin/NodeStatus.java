package dev.reveille.node.admin;

import dev.reveille.node.cluster.ClusterView;
import java.util.stream.Collectors;

/**
 * A node and its cluster, as they are at one moment.
 *
 * @param leaving whether the node was told to leave
 * @param clients connections at the door for PostgreSQL's protocol
 * @param webClients connections at the door for WebSocket and HTTP
 * @param keys sessions here that can be cancelled
 * @param shards of the cluster's cancel keys
 * @param store {@code memory} or {@code redis}
 * @param degraded whether the store cannot be used at the moment
 * @param dropped cancel requests that were turned away here
 * @param nodes the cache of computes' addresses
 * @param access the cache of who may come in
 * @param kept the compute connections that sessions left behind
 * @param pools the compute connections that requests over HTTP share
 * @param transactions those that stay open between requests, on this node
 */
public record NodeStatus(
        boolean leaving,
        int clients,
        int webClients,
        ClusterView cluster,
        int keys,
        int shards,
        String store,
        boolean degraded,
        long dropped,
        CacheCounts nodes,
        CacheCounts access,
        KeptCounts kept,
        PoolCounts pools,
        int transactions) {

    /** As {@code /v1/status} shows it. */
    String json() {
        return """
                {"leaving":%s,"clients":%d,"webClients":%d,\
                "cluster":{"state":%s,"address":%s,"members":[%s]},\
                "cancellation":{"keys":%d,"shards":%d,"store":%s,"link":%s,"dropped":%d},\
                "caches":{"nodes":%s,"access":%s},\
                "sessionPooling":%s,"pools":%s,"transactions":{"open":%d}}
                """.formatted(
                        leaving,
                        clients,
                        webClients,
                        JsonText.quoted(cluster.state()),
                        JsonText.quoted(cluster.address()),
                        cluster.members().stream().map(NodeStatus::json).collect(Collectors.joining(",")),
                        keys,
                        shards,
                        JsonText.quoted(store),
                        JsonText.quoted(degraded ? "degraded" : "up"),
                        dropped,
                        nodes.json(),
                        access.json(),
                        kept.json(),
                        pools.json(),
                        transactions);
    }

    private static String json(ClusterView.Member member) {
        return "{\"address\":%s,\"state\":%s,\"reachable\":%s}"
                .formatted(JsonText.quoted(member.address()), JsonText.quoted(member.state()), member.reachable());
    }
}
