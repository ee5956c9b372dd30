package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.RedisLink.State;
import dev.reveille.gateway.redis.RedisReply.Count;
import dev.reveille.gateway.redis.RedisReply.Text;
import dev.reveille.gateway.redis.RedisSettings.SentinelLogin;
import dev.reveille.kit.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    void sentinelsThatWantAUserAndAPasswordAreGivenTheirOwn() {
        try (var primary = RedisServer.start("--requirepass", "for-data");
                var sentinel = RedisServer.startSentinel(
                        "keys",
                        primary,
                        "sentinel auth-pass keys for-data",
                        "user watcher on >for-sentinels ~* &* +@all",
                        "user default off")) {
            RedisSettings settings =
                    RedisSettings.parse("redis-sentinel://:for-data@127.0.0.1:%d#keys".formatted(sentinel.port()));
            SentinelLogin wrong = new SentinelLogin(Optional.of("watcher"), new FixedPassword("for-data"));
            SentinelLogin right = new SentinelLogin(Optional.of("watcher"), new FixedPassword("for-sentinels"));

            // When
            try (var without = OpenLink.begun(settings, KIT.system());
                    var mistaken = OpenLink.begun(settings.withSentinelLogin(wrong), KIT.system());
                    var open = OpenLink.to(settings.withSentinelLogin(right), KIT.system())) {

                // Then
                assertThat(open.ask(new RedisCommand.Set("k", "v", LIFE))).isEqualTo(new Text("OK"));
                assertThat(without.ask(new RedisCommand.Ping())).isInstanceOf(RedisReply.Unanswered.class);
                assertThat(mistaken.ask(new RedisCommand.Ping())).isInstanceOf(RedisReply.Unanswered.class);
            }
        }
    }

    @Test
    void aSentinelsPasswordMayChange(@TempDir Path directory) throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("password"), "old");
        try (var primary = RedisServer.start();
                var sentinel = RedisServer.startSentinel("keys", primary, "requirepass new")) {
            RedisSettings settings = RedisSettings.parse(
                            "redis-sentinel://127.0.0.1:%d#keys".formatted(sentinel.port()))
                    .withSentinelLogin(
                            new SentinelLogin(Optional.empty(), new FilePassword(file, Duration.ofMillis(100))));
            try (var open = OpenLink.begun(settings, KIT.system())) {
                open.states().await(State.DOWN);

                // When
                Files.writeString(file, "new");

                // Then
                open.states().await(State.UP);
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
