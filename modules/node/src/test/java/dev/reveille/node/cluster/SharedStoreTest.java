package dev.reveille.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.gateway.redis.RedisSettings;
import dev.reveille.kit.redis.RedisServer;
import dev.reveille.node.commands.StartFailure;
import java.time.Duration;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What nodes that share a Redis must agree about. */
class SharedStoreTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final RedisServer redis = RedisServer.start();
    private final ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "shared");

    @AfterEach
    void close() {
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().join();
        redis.close();
    }

    @Test
    void aNodeThatCountsShardsOtherwiseDoesNotStart() {
        // Given
        redis.call("SET", "reveille:cancellation:shards", "64");

        // When
        SharedStore other = SharedStore.open(RedisSettings.parse(redis.uri()), 32, system);
        Awaitility.await().atMost(PATIENCE).until(() -> other.disagreement().isPresent());

        // Then
        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(other::awaitAgreement)
                .withMessageContaining("32")
                .withMessageContaining("64");
    }

    @Test
    void nodesThatCountAlikeStart() throws StartFailure {
        // Given
        SharedStore first = SharedStore.open(RedisSettings.parse(redis.uri()), 64, system);
        first.awaitAgreement();

        // When
        SharedStore second = SharedStore.open(RedisSettings.parse(redis.uri()), 64, system);
        second.awaitAgreement();

        // Then
        assertThat(second.disagreement()).isEmpty();
    }

    @Test
    void aNodeStartsWithoutRedisAndFindsOutLater() throws StartFailure {
        // Given
        redis.kill();
        SharedStore store = SharedStore.open(RedisSettings.parse(redis.uri()), 32, system);
        store.awaitAgreement();
        assertThat(store.link()).isEqualTo(KeyStore.StoreLink.DOWN);

        // When
        redis.restart();
        redis.call("SET", "reveille:cancellation:shards", "64", "NX");
        Awaitility.await().atMost(PATIENCE).until(() -> store.link() == KeyStore.StoreLink.UP);

        // Then: whoever was first has written its number down, and both know it
        String agreed = redis.call("GET", "reveille:cancellation:shards");
        Awaitility.await().atMost(PATIENCE).until(() -> store.disagreement().isPresent() == agreed.contains("64"));
    }
}
