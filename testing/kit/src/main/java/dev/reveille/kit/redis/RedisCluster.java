package dev.reveille.kit.redis;

import java.util.ArrayList;
import java.util.List;

/**
 * A Redis Cluster of several processes on loopback ports: primaries that share the slots, and replicas, if any. A node that
 * has been dead for a second is replaced by a replica of its; where it has none the other slots are served all the same.
 *
 * <pre>
 *   try (var cluster = RedisCluster.start(3)) {
 *       cluster.move(cluster.slotOf("k7"), 2);
 *       cluster.node(0).kill();
 *   }
 * </pre>
 *
 * One thread at a time.
 */
public final class RedisCluster implements AutoCloseable {

    private static final int SLOTS = 16_384;
    private static final String NODE_TIMEOUT_MILLIS = "1000";

    private record Member(RedisServer server, int busPort, String id) {}

    private final List<Member> primaries = new ArrayList<>();
    private final List<Member> replicas = new ArrayList<>();

    private RedisCluster() {}

    /** So many primaries, each with the same share of the slots. Returns when all of them agree about that. */
    public static RedisCluster start(int primaries) {
        RedisCluster cluster = new RedisCluster();
        for (int number = 0; number < primaries; number++) {
            Member member = member();
            cluster.primaries.add(member);
            cluster.introduce(member);
            member.server()
                    .call(
                            "CLUSTER",
                            "ADDSLOTSRANGE",
                            Integer.toString(number * SLOTS / primaries),
                            Integer.toString((number + 1) * SLOTS / primaries - 1));
        }
        cluster.awaitAgreement();
        return cluster;
    }

    /** Gives a primary a replica. Returns when that has everything. */
    public void addReplicaOf(int primary) {
        Member replica = member();
        replicas.add(replica);
        introduce(replica);
        awaitAgreement();
        replica.server().call("CLUSTER", "REPLICATE", primaries.get(primary).id());
        replica.server().awaitReply("master_link_status:up", "INFO", "replication");
        for (Member member : primaries) {
            member.server().awaitReply(primaries.get(primary).id() + " ", "CLUSTER", "REPLICAS", idOf(primary));
        }
    }

    /** One of the primaries. */
    public RedisServer node(int number) {
        return primaries.get(number).server();
    }

    /** {@code redis-cluster://} and where the nodes listen. */
    public String uri() {
        return "redis-cluster://"
                + String.join(
                        ",",
                        primaries.stream()
                                .map(member -> "127.0.0.1:" + member.server().port())
                                .toList());
    }

    /** Which slot a key belongs to. */
    public int slotOf(String key) {
        return Integer.parseInt(node(0).call("CLUSTER", "KEYSLOT", key));
    }

    /** Which primary had the slot at the start. */
    public int ownerOf(int slot) {
        int owner = 0;
        while ((owner + 1) * SLOTS / primaries.size() <= slot) {
            owner++;
        }
        return owner;
    }

    /** The slot is on its way from its first owner to {@code to}: what is new in it must be asked for there. */
    public void beginMove(int slot, int to) {
        String number = Integer.toString(slot);
        node(to).call("CLUSTER", "SETSLOT", number, "IMPORTING", idOf(ownerOf(slot)));
        node(ownerOf(slot)).call("CLUSTER", "SETSLOT", number, "MIGRATING", idOf(to));
    }

    /** After {@link #beginMove}: its keys are brought over, and {@code to} has it for good. */
    public void endMove(int slot, int to) {
        String number = Integer.toString(slot);
        RedisServer from = node(ownerOf(slot));
        for (String key :
                from.call("CLUSTER", "GETKEYSINSLOT", number, "1000").lines().toList()) {
            from.call("MIGRATE", "127.0.0.1", Integer.toString(node(to).port()), key, "0", "5000");
        }
        node(to).call("CLUSTER", "SETSLOT", number, "NODE", idOf(to));
        from.call("CLUSTER", "SETSLOT", number, "NODE", idOf(to));
    }

    @Override
    public void close() {
        replicas.forEach(member -> member.server().close());
        primaries.forEach(member -> member.server().close());
    }

    private String idOf(int primary) {
        return primaries.get(primary).id();
    }

    private void introduce(Member newcomer) {
        Member first = primaries.getFirst();
        if (!first.equals(newcomer)) {
            newcomer.server()
                    .call(
                            "CLUSTER",
                            "MEET",
                            "127.0.0.1",
                            Integer.toString(first.server().port()),
                            Integer.toString(first.busPort()));
        }
    }

    private void awaitAgreement() {
        List<Member> all = new ArrayList<>(primaries);
        all.addAll(replicas);
        for (Member member : all) {
            member.server().awaitReply("cluster_known_nodes:" + all.size(), "CLUSTER", "INFO");
            member.server().awaitReply("cluster_slots_ok:" + SLOTS, "CLUSTER", "INFO");
            member.server().awaitReply("cluster_state:ok", "CLUSTER", "INFO");
        }
    }

    private static Member member() {
        int busPort = RedisServer.freePort();
        RedisServer server = RedisServer.start(
                "--cluster-enabled",
                "yes",
                "--cluster-port",
                Integer.toString(busPort),
                "--cluster-node-timeout",
                NODE_TIMEOUT_MILLIS,
                "--cluster-require-full-coverage",
                "no");
        return new Member(server, busPort, server.call("CLUSTER", "MYID"));
    }
}
