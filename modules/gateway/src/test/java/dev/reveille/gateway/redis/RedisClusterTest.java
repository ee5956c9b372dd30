package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.RedisReply.Text;
import dev.reveille.kit.redis.RedisCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A Redis Cluster of three processes: keys are where their slots are, and what becomes of a node is its keys' own affair. */
class RedisClusterTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration LIFE = Duration.ofSeconds(90);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int KEYS = 300;

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void aPipelineIsDividedAmongTheNodes() {
        try (var cluster = RedisCluster.start(3);
                var open = OpenLink.to(cluster.uri(), KIT.system())) {
            // When
            List<RedisReply> stored = sets(open);
            List<RedisReply> found = gets(open);

            // Then: each reply is its command's
            assertThat(stored).hasSize(KEYS).containsOnly(new Text("OK"));
            assertThat(found)
                    .isEqualTo(IntStream.range(0, KEYS)
                            .mapToObj(at -> new Text("v" + at))
                            .toList());
            for (int node = 0; node < 3; node++) {
                assertThat(cluster.node(node).calls("set"))
                        .as("at node %d", node)
                        .isBetween(50L, 150L);
            }
        }
    }

    @Test
    void aSlotThatMovesIsFollowed() {
        try (var cluster = RedisCluster.start(3);
                var open = OpenLink.to(cluster.uri(), KIT.system())) {
            int slot = cluster.slotOf("{tag}");
            int to = (cluster.ownerOf(slot) + 1) % 3;
            open.run(new RedisCommand.Set("{tag}old", "old", LIFE));

            // When: half of the way what is new is there already, and what is old is here
            cluster.beginMove(slot, to);

            // Then
            assertThat(open.run(new RedisCommand.Set("{tag}new", "new", LIFE), new RedisCommand.Get("{tag}old")))
                    .containsExactly(new Text("OK"), new Text("old"));

            // When
            cluster.endMove(slot, to);

            // Then
            assertThat(open.run(new RedisCommand.Get("{tag}new"), new RedisCommand.Get("{tag}old")))
                    .containsExactly(new Text("new"), new Text("old"));
            assertThat(cluster.node(to).call("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(slot)))
                    .isEqualTo("2");
        }
    }

    @Test
    void aNodeThatIsDownFailsItsOwnKeysOnly() {
        try (var cluster = RedisCluster.start(3);
                var open = OpenLink.to(cluster.uri(), KIT.system())) {
            // Given
            sets(open);
            Set<Integer> lost = keysOf(cluster, 1);

            // When
            cluster.node(1).kill();

            // Then: a command that is under way at that moment may be lost, whosever it is; and when the others have
            // noticed
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (found(open) < KEYS - lost.size()) {
                assertThat(System.nanoTime())
                        .as("keys of the other nodes are found")
                        .isLessThan(end);
            }
            for (int round = 0; round < 4; round++) {
                List<RedisReply> found = gets(open);
                for (int key = 0; key < KEYS; key++) {
                    if (lost.contains(key)) {
                        assertThat(found.get(key))
                                .as("key %d in round %d", key, round)
                                .isNotInstanceOf(Text.class);
                    } else {
                        assertThat(found.get(key))
                                .as("key %d in round %d", key, round)
                                .isEqualTo(new Text("v" + key));
                    }
                }
            }
        }
    }

    @Test
    void aReplicaThatTakesOverIsFollowed() {
        try (var cluster = RedisCluster.start(3)) {
            cluster.addReplicaOf(1);
            try (var open = OpenLink.to(cluster.uri(), KIT.system())) {
                // Given
                sets(open);
                int key = keysOf(cluster, 1).iterator().next();
                cluster.node(1).awaitReply("state=online", "INFO", "replication");
                cluster.node(1).call("WAIT", "1", "1000");

                // When
                cluster.node(1).kill();

                // Then
                long end = System.nanoTime() + PATIENCE.toNanos();
                RedisReply found = open.ask(new RedisCommand.Get("k" + key));
                while (!found.equals(new Text("v" + key))) {
                    assertThat(System.nanoTime()).as("still %s", found).isLessThan(end);
                    Thread.onSpinWait();
                    found = open.ask(new RedisCommand.Get("k" + key));
                }
                assertThat(sets(open)).containsOnly(new Text("OK"));
            }
        }
    }

    private static Set<Integer> keysOf(RedisCluster cluster, int node) {
        return IntStream.range(0, KEYS)
                .filter(key -> cluster.ownerOf(cluster.slotOf("k" + key)) == node)
                .boxed()
                .collect(Collectors.toSet());
    }

    private static long found(OpenLink open) {
        return gets(open).stream().filter(Text.class::isInstance).count();
    }

    private static List<RedisReply> sets(OpenLink open) {
        return all(open, at -> new RedisCommand.Set("k" + at, "v" + at, LIFE));
    }

    private static List<RedisReply> gets(OpenLink open) {
        return all(open, at -> new RedisCommand.Get("k" + at));
    }

    private static List<RedisReply> all(OpenLink open, IntFunction<RedisCommand> command) {
        List<RedisCommand> commands = new ArrayList<>();
        for (int at = 0; at < KEYS; at++) {
            commands.add(command.apply(at));
        }
        return OpenLink.await(open.link().run(commands));
    }
}
