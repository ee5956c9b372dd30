package dev.reveille.gateway.redis;

import java.util.List;

/** How Redis is built, as seen from outside. */
public sealed interface RedisTopology {

    /** A host, by name or address, and a port. */
    record Node(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** One server, or one address behind which a provider keeps the primary. */
    record Single(Node node) implements RedisTopology {}

    /** The primary that these sentinels name; they are asked anew for each connection. */
    record Sentinel(List<Node> sentinels, String primary) implements RedisTopology {
        public Sentinel {
            sentinels = List.copyOf(sentinels);
        }
    }

    /** A Redis Cluster that any of these nodes describes. */
    record Cluster(List<Node> nodes) implements RedisTopology {
        public Cluster {
            nodes = List.copyOf(nodes);
        }
    }
}
