package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.gateway.redis.RedisTopology.Cluster;
import dev.reveille.gateway.redis.RedisTopology.Node;
import dev.reveille.gateway.redis.RedisTopology.Sentinel;
import dev.reveille.gateway.redis.RedisTopology.Single;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTest {

    @Test
    void aHostAloneMeansThePortAndTheDatabaseThatRedisHas() {
        // When
        RedisSettings settings = RedisSettings.parse("redis://redis.example");

        // Then
        assertThat(settings).isEqualTo(RedisSettings.of(new Single(new Node("redis.example", 6379))));
    }

    @Test
    void everythingThatAUriSaysIsHeard() {
        // When
        RedisSettings settings = RedisSettings.parse("rediss://reveille:p%40ss/w+rd@[::1]:6380/3");

        // Then
        assertThat(settings)
                .isEqualTo(RedisSettings.of(new Single(new Node("::1", 6380)))
                        .withTls()
                        .withUser("reveille")
                        .withPassword(new FixedPassword("p@ss/w+rd"))
                        .withDatabase(3));
    }

    @Test
    void aPasswordNeedsNoUser() {
        // When
        RedisSettings settings = RedisSettings.parse("redis://:secret@redis.example");

        // Then
        assertThat(settings.user()).isEmpty();
        assertThat(settings.password()).contains(new FixedPassword("secret"));
    }

    @Test
    void sentinelsAreAskedForThePrimaryByName() {
        // When
        RedisSettings settings = RedisSettings.parse("rediss-sentinel://a,b:26380/1#keys");

        // Then
        assertThat(settings)
                .isEqualTo(RedisSettings.of(new Sentinel(List.of(new Node("a", 26379), new Node("b", 26380)), "keys"))
                        .withTls()
                        .withDatabase(1));
    }

    @Test
    void aClusterIsDescribedByAnyOfItsNodes() {
        // When
        RedisSettings settings = RedisSettings.parse("redis-cluster://a,b:7000,[::1]");

        // Then
        assertThat(settings)
                .isEqualTo(RedisSettings.of(
                        new Cluster(List.of(new Node("a", 6379), new Node("b", 7000), new Node("::1", 6379)))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "http://secret@host",
                "redis://",
                "redis://u:secret@",
                "redis://u:secret@a,b",
                "redis://u:secret@a:0",
                "redis://u:secret@a:65536",
                "redis://u:secret@a:x",
                "redis://u:secret@a/x",
                "redis://u:secret@a/-1",
                "redis://u:secret@a?timeout=1s",
                "redis://u:secret%zz@a",
                "redis-sentinel://u:secret@a",
                "redis-sentinel://u:secret@a#",
                "redis-cluster://u:secret@a,,b"
            })
    void whatIsNoUriIsRefusedWithoutQuotingIt(String uri) {
        assertThatThrownBy(() -> RedisSettings.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("not a Redis URI: ")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void settingsPrintNoSecret() {
        // Given
        RedisSettings settings = RedisSettings.parse("redis://reveille:secret@redis.example");

        // When
        String printed = settings + " " + settings.password()
                + new CommandPassword(List.of("token", "secret"), Duration.ofMinutes(10), Duration.ofSeconds(10))
                + new PasswordSource.Password("secret", Optional.empty());

        // Then
        assertThat(printed).contains("redis.example").doesNotContain("secret");
    }

    @Test
    void eachWithChangesOneThing() {
        // Given
        RedisSettings settings = RedisSettings.parse("redis://redis.example");

        // When
        RedisSettings other = settings.withAuthorities(Path.of("ca.pem"))
                .withLimits(RedisLimits.DEFAULTS.withCommandMax(Duration.ofSeconds(3)));

        // Then
        assertThat(other.authorities()).contains(Path.of("ca.pem"));
        assertThat(other.limits().commandMax()).isEqualTo(Duration.ofSeconds(3));
        assertThat(other.limits().connectMax()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.authorities()).isEmpty();
    }
}
