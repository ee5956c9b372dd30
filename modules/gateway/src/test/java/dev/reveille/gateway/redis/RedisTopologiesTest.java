package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.RedisLink.State;
import dev.reveille.gateway.redis.RedisReply.Count;
import dev.reveille.gateway.redis.RedisReply.Text;
import dev.reveille.kit.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RedisTopologiesTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration LIFE = Duration.ofSeconds(90);

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void aFailOverIsFollowedThroughTheSentinels() {
        try (var primary = RedisServer.start();
                var replica = RedisServer.start("--replicaof", "127.0.0.1 " + primary.port())) {
            // Given
            primary.awaitReply("state=online", "INFO", "replication");
            try (var sentinel = RedisServer.startSentinel("keys", primary)) {
                sentinel.awaitReply(Integer.toString(replica.port()), "SENTINEL", "REPLICAS", "keys");
                try (var open =
                        OpenLink.to("redis-sentinel://127.0.0.1:%d#keys".formatted(sentinel.port()), KIT.system())) {
                    open.run(new RedisCommand.Set("k", "v", LIFE));
                    replica.awaitReply("v", "GET", "k");

                    // When
                    primary.kill();
                    open.states().await(State.DOWN);
                    open.states().await(State.UP);

                    // Then
                    assertThat(open.run(new RedisCommand.Get("k"), new RedisCommand.Set("k", "w", LIFE)))
                            .containsExactly(new Text("v"), new Text("OK"));
                }
            }
        }
    }

    @Test
    void aClusterIsSpokenToAsOneServer() {
        try (var redis = RedisServer.startCluster();
                var open = OpenLink.to("redis-cluster://127.0.0.1:" + redis.port(), KIT.system())) {
            // When
            List<RedisReply> replies = open.link()
                    .run(IntStream.range(0, 200)
                            .<RedisCommand>mapToObj(at -> new RedisCommand.Set("k" + at, "v", LIFE))
                            .toList())
                    .toCompletableFuture()
                    .join();
            RedisReply script =
                    open.ask(new RedisCommand.Script("return redis.call('DEL', KEYS[1])", List.of("k7"), List.of()));

            // Then
            assertThat(replies).hasSize(200).containsOnly(new Text("OK"));
            assertThat(script).isEqualTo(new Count(1));
        }
    }

    @Test
    void aClusterThatComesBackIsFoundAgain() {
        try (var redis = RedisServer.startCluster();
                var open = OpenLink.to("redis-cluster://127.0.0.1:" + redis.port(), KIT.system())) {
            // Given
            redis.kill();
            open.states().await(State.DOWN);

            // When
            redis.restart();
            open.states().await(State.UP);
            redis.awaitReply("cluster_state:ok", "CLUSTER", "INFO");

            // Then
            assertThat(open.ask(new RedisCommand.Set("k", "v", LIFE))).isEqualTo(new Text("OK"));
        }
    }

    @Test
    void aServerThatKnowsNoResp3IsSpokenToInResp2() {
        try (var redis = RedisServer.start("--rename-command", "HELLO", "NOHELLO");
                var open = OpenLink.to("redis://127.0.0.1:" + redis.port(), KIT.system())) {
            // When
            List<RedisReply> replies = open.run(new RedisCommand.Set("k", "v", LIFE), new RedisCommand.Get("k"));

            // Then
            assertThat(replies).containsExactly(new Text("OK"), new Text("v"));
            assertThat(redis.call("CLIENT", "LIST")).doesNotContain("resp=3");
        }
    }
}
