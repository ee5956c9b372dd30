package dev.reveille.journeys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import dev.reveille.kit.redis.RedisServer;
import dev.reveille.protocol.backend.BackendKeyData;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that can happen to the Redis of a fleet. Sessions do not notice, and cancel requests work through any node. */
@ExtendWith(SharedNode.class)
class RedisFaultsTest {

    /** A request has at most five seconds. */
    private static final Duration BUDGET = Duration.ofSeconds(6);

    /** A key is looked after once a minute at most, so that what is there by then is no coincidence. */
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path temporary;

    private static SecuredCompute compute;
    private static RedisServer redis;
    private static Fleet fleet;

    /** Here from the beginning, and never disturbed. */
    private static Visitor witness;

    @BeforeAll
    static void start(DevNode computes) throws SQLException, IOException {
        compute = SecuredCompute.plain(computes, "redis-faults");
        redis = RedisServer.start();
        fleet = Fleet.of(
                3, temporary, compute, "cancellation { store = redis, redis.uri = \"%s\" }".formatted(redis.uri()));
        witness = Visitor.at(fleet.node(0).door());
    }

    @AfterAll
    static void stop() throws SQLException, IOException {
        witness.close();
        fleet.close();
        redis.close();
        compute.close();
    }

    @BeforeEach
    void allIsWell() throws IOException {
        awaitDegraded(false);
        assertThat(witness.ask("select 'undisturbed'")).isEqualTo("undisturbed");
    }

    @Test
    void aRedisThatIsGoneAndComesBackEmptyIsNoticedByNoSession() throws IOException {
        try (Visitor before = visitor(0)) {
            awaitInRedis(before);

            // When
            redis.kill();

            // Then
            awaitDegraded(true);
            for (FleetNode node : fleet.nodes()) {
                assertThat(NodeProcess.probe(node.adminDoor(), "/ready")).isEqualTo(200);
            }
            try (Visitor meanwhile = visitor(1)) {
                assertCancelledThroughAll(before);
                assertCancelledThroughAll(meanwhile);
                assertLetGoInTime(strange(meanwhile.key()));

                // When
                redis.restart();

                // Then
                awaitDegraded(false);
                awaitInRedis(meanwhile);
                assertCancelledThroughAll(before);
                assertCancelledThroughAll(meanwhile);
            }
        }
    }

    @Test
    void aRedisThatComesBackEmptyIsGivenTheKeysOfAllSessionsAgainAtOnce() throws IOException {
        try (Visitor one = visitor(0);
                Visitor other = visitor(1)) {
            // Given
            awaitInRedis(one);
            awaitInRedis(other);

            // When
            redis.kill();
            awaitDegraded(true);
            redis.restart();

            // Then: long before any of them is due
            awaitInRedis(one, SOON);
            awaitInRedis(other, SOON);
            awaitInRedis(witness, SOON);
        }
    }

    @Test
    void aRedisThatTakesNoWritesGetsThemLater() throws IOException {
        try (Visitor before = visitor(0)) {
            // Given
            awaitInRedis(before);

            // When
            redis.call("REPLICAOF", "127.0.0.1", "1");

            // Then
            try (Visitor meanwhile = visitor(1)) {
                assertCancelledThroughAll(before);
                assertCancelledThroughAll(meanwhile);
                assertThat(redis.call("EXISTS", meanwhile.redisKey())).isEqualTo("0");

                // When
                redis.call("REPLICAOF", "NO", "ONE");

                // Then
                awaitInRedis(meanwhile);
            }
        } finally {
            redis.call("REPLICAOF", "NO", "ONE");
        }
    }

    @Test
    void aRedisThatHangsKeepsNobodyWaiting() throws IOException {
        try (Visitor before = visitor(0)) {
            // Given
            awaitInRedis(before);

            // When
            redis.pause();

            // Then
            try (Visitor meanwhile = visitor(1)) {
                assertCancelledThroughAll(before);
                assertCancelledThroughAll(meanwhile);
                assertLetGoInTime(strange(meanwhile.key()));
                awaitDegraded(true);
                assertCancelledThroughAll(meanwhile);

                // When
                redis.resume();

                // Then
                awaitInRedis(meanwhile);
            }
        } finally {
            redis.resume();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a list", "a hash", "not JSON", "half a record", "another record"})
    void aKeyWithAStrangeValueIsNobodysProblemButItsOwn(String value) throws IOException {
        try (Visitor visitor = visitor(0)) {
            // Given
            awaitInRedis(visitor);
            BackendKeyData stranger = strange(visitor.key());
            for (String key : new String[] {visitor.redisKey(), Visitor.redisKey(stranger)}) {
                redis.call("DEL", key);
                switch (value) {
                    case "a list" -> redis.call("LPUSH", key, "x");
                    case "a hash" -> redis.call("HSET", key, "data", "x");
                    case "not JSON" -> redis.call("SET", key, "\u0000\u0001{{{");
                    case "half a record" -> redis.call("SET", key, "{\"socket_addr\":\"127.0.0.1:1\"}");
                    default -> redis.call("SET", key, "{\"socket_addr\":7,\"cancel_token\":[],\"hostname\":null}");
                }
            }

            // Then
            assertCancelledThroughAll(visitor);
            assertLetGoInTime(stranger);
        }
    }

    @Test
    void aNodeStartsWithoutRedisAndCatchesUpWhenItIsThere() throws IOException {
        FleetNode late = fleet.node(2);
        // Given
        late.leave();
        redis.kill();

        // When
        late.start();

        // Then
        assertThat(late.degraded()).isTrue();
        try (Visitor visitor = visitor(2)) {
            fleet.awaitWhole();
            assertCancelledThroughAll(visitor);

            // When
            redis.restart();

            // Then
            awaitDegraded(false);
            awaitInRedis(visitor);
        }
    }

    private static Visitor visitor(int node) throws IOException {
        return Visitor.at(fleet.node(node).door());
    }

    private static void awaitDegraded(boolean degraded) {
        for (FleetNode node : fleet.nodes()) {
            await().alias("node %d says degraded: %s".formatted(node.number(), degraded))
                    .atMost(NodeProcess.PATIENCE)
                    .until(() -> node.degraded() == degraded);
        }
    }

    private static void awaitInRedis(Visitor visitor) {
        awaitInRedis(visitor, NodeProcess.PATIENCE);
    }

    private static void awaitInRedis(Visitor visitor, Duration patience) {
        await().atMost(patience)
                .until(() -> redis.call("EXISTS", visitor.redisKey()).equals("1"));
    }

    private static void assertCancelledThroughAll(Visitor visitor) throws IOException {
        for (FleetNode node : fleet.nodes()) {
            visitor.begin(node.number());
            Visitor.cancel(visitor.key(), node.door());
            assertThat(visitor.end()).as("through node %d", node.number()).contains(Visitor.CANCELLED);
        }
    }

    private static void assertLetGoInTime(BackendKeyData key) throws IOException {
        for (FleetNode node : fleet.nodes()) {
            long begun = System.nanoTime();
            Visitor.cancel(key, node.door());
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)).isLessThan(BUDGET.toMillis());
        }
    }

    /** A key that nobody gave out. */
    private static BackendKeyData strange(BackendKeyData key) {
        byte[] secret = key.secretKey().toArray();
        secret[0] ^= 1;
        return new BackendKeyData(key.processId(), ByteString.fromArray(secret));
    }
}
