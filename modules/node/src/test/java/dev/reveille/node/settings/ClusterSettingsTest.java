package dev.reveille.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.gateway.redis.FilePassword;
import dev.reveille.gateway.redis.RedisSettings;
import dev.reveille.gateway.redis.RedisSettings.SentinelLogin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The blocks {@code cluster} and {@code cancellation}. */
class ClusterSettingsTest {

    private static final String MATERIAL =
            Base64.getEncoder().encodeToString("thirty-two bytes, quite a secret".getBytes());

    @TempDir
    Path directory;

    @Test
    void aNodeIsAloneUnlessToldOtherwise() {
        // When
        NodeSettings settings = read("");

        // Then
        assertThat(settings.cluster()).isEqualTo(new ClusterSettings(Optional.empty(), List.of()));
        assertThat(settings.cancellation()).isEqualTo(new KeySettings(Optional.empty(), 64, 8, Optional.empty()));
    }

    @Test
    void twoNodesOnOneMachineShareARedis() {
        // When
        NodeSettings settings = read("""
                reveille {
                  cluster { bind = "127.0.0.1:25520", seeds = ["localhost:25520", "node-2.internal:25521"] }
                  cancellation { store = redis, redis.uri = "redis://127.0.0.1:6379" }
                }
                """);

        // Then
        assertThat(settings.cluster().door())
                .contains(new ClusterSettings.Door(
                        new InetSocketAddress("127.0.0.1", 25_520),
                        new MemberAddress("127.0.0.1", 25_520),
                        Optional.empty()));
        assertThat(settings.cluster().seeds())
                .containsExactly(new MemberAddress("127.0.0.1", 25_520), new MemberAddress("node-2.internal", 25_521));
        assertThat(settings.cancellation().store()).contains(RedisSettings.parse("redis://127.0.0.1:6379"));
    }

    @Test
    void othersMayReachANodeAtAnotherAddress() {
        // When
        NodeSettings settings = read("""
                reveille.cluster { bind = "0.0.0.0:25520", advertise = "node-1.internal:35520", tls.directory = "peers" }
                """);

        // Then
        assertThat(settings.cluster().door())
                .contains(new ClusterSettings.Door(
                        new InetSocketAddress("0.0.0.0", 25_520),
                        new MemberAddress("node-1.internal", 35_520),
                        Optional.of(directory.resolve("peers"))));
    }

    @Test
    void shardsMayBeAskedFirstInAClusterOfAnySize() {
        assertThat(read("reveille.cancellation.nodes-at-once = 0")
                        .cancellation()
                        .nodesAtOnce())
                .isZero();
    }

    @Test
    void thePasswordOfRedisMayComeFromAFile() {
        // When
        NodeSettings settings = read("""
                reveille.cancellation { store = redis
                  redis { uri = "rediss://redis.internal", user = reveille, password-file = "secret", authorities = "ca.pem" } }
                """);

        // Then
        assertThat(settings.cancellation().store())
                .contains(RedisSettings.parse("rediss://redis.internal")
                        .withUser("reveille")
                        .withPassword(new FilePassword(directory.resolve("secret"), FilePassword.LOOK_EVERY_DEFAULT))
                        .withAuthorities(directory.resolve("ca.pem")));
    }

    @Test
    void sentinelsHaveAUserAndAPasswordOfTheirOwn() {
        // When
        NodeSettings settings = read("""
                reveille.cancellation { store = redis
                  redis { uri = "redis-sentinel://127.0.0.1#keys", sentinel-user = watcher, sentinel-password-file = "secret" } }
                """);

        // Then
        assertThat(settings.cancellation().store())
                .contains(RedisSettings.parse("redis-sentinel://127.0.0.1#keys")
                        .withSentinelLogin(new SentinelLogin(
                                Optional.of("watcher"),
                                new FilePassword(directory.resolve("secret"), FilePassword.LOOK_EVERY_DEFAULT))));
    }

    @Test
    void severalKeysMaySeal() {
        NodeSettings settings = read("reveille.cancellation.keys = [\"2:%1$s\", \"1:%1$s\"]".formatted(MATERIAL));
        assertThat(settings.cancellation().sealing()).isPresent();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            reveille.cluster.bind = "here"                                              | reveille.cluster.bind
            reveille.cluster.bind = "node-1.internal:25520"                             | reveille.cluster.bind
            reveille.cluster.bind = "0.0.0.0:25520"                                     | reveille.cluster.advertise
            reveille.cluster { bind = "127.0.0.1:1", advertise = "127.0.0.1" }          | reveille.cluster.advertise
            reveille.cluster { bind = "127.0.0.1:1", advertise = "127.0.0.1:70000" }    | reveille.cluster.advertise
            reveille.cluster.seeds = ["127.0.0.1:25520"]                                | reveille.cluster.bind
            reveille.cluster.tls.directory = peers                                      | reveille.cluster.bind
            reveille.cluster { bind = "127.0.0.1:1", seeds = ["nobody"] }               | reveille.cluster.seeds
            reveille.cluster { bind = "127.0.0.1:1", seeds = ["127.0.0.1:0"] }          | reveille.cluster.seeds
            reveille.cluster { bind = "127.0.0.1:1", seeds = ["a b:1"] }                | reveille.cluster.seeds
            reveille.cluster { bind = "127.0.0.1:1", seeds = ["127.0.0.1:2", "localhost:2"] } | reveille.cluster.seeds
            reveille.cluster { binds = "127.0.0.1:1" }                                  | reveille.cluster.binds
            reveille.cancellation.store = postgres                                      | reveille.cancellation.store
            reveille.cancellation.store = redis                                         | reveille.cancellation.redis
            reveille.cancellation.shards = 0                                            | reveille.cancellation.shards
            reveille.cancellation.nodes-at-once = -1                                    | reveille.cancellation.nodes-at-once
            reveille.cancellation { store = redis, redis { uri = "redis://a", sentinel-password-file = p } } | reveille.cancellation.redis.uri
            reveille.cancellation { store = redis, redis { uri = "redis-sentinel://a#k", sentinel-user = u } } | reveille.cancellation.redis.sentinel-user
            reveille.cancellation { store = redis, redis { uri = "redis-sentinel://a#k", sentinel-password-file = p, sentinel-password-command = [q] } } | reveille.cancellation.redis.sentinel-password-command
            reveille.cancellation.keys = ["1"]                                          | reveille.cancellation.keys
            """)
    void whatMakesNoSenseIsRefused(String text, String path) {
        assertRefused(text).contains(path);
    }

    @Test
    void twoKeysWithOneNumberAreRefused() {
        assertRefused("reveille.cancellation.keys = [\"1:%1$s\", \"1:%1$s\"]".formatted(MATERIAL))
                .contains("reveille.cancellation.keys", "number 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"hush-hush", "1:hush-hush", "1000:%s", "x:%s", "1:%s="})
    void aKeyThatCannotBeReadIsNotRepeated(String key) {
        assertRefused("reveille.cancellation.keys = [\"%s\"]".formatted(key.formatted(MATERIAL)))
                .contains("reveille.cancellation.keys", "entry 1", "openssl")
                .doesNotContain("hush", MATERIAL);
    }

    @Test
    void aUriOfRedisThatCannotBeReadIsNotRepeated() {
        assertRefused("reveille.cancellation { store = redis, redis.uri = \"redis://app:hush@:6379\" }")
                .contains("reveille.cancellation.redis.uri")
                .doesNotContain("hush");
    }

    @Test
    void theEffectiveSettingsShowNeitherKeysNorPasswords() {
        // When
        SettingsFile settings = SettingsFile.read(write("""
                reveille.cancellation { store = redis, redis.uri = "redis://app:hu%%40sh@redis.internal:6379/1"
                  keys = ["7:%s"] }
                """.formatted(MATERIAL)));

        // Then
        assertThat(settings.effective())
                .contains("redis://***@redis.internal:6379/1", "7:***")
                .doesNotContain(MATERIAL, "hu%40sh", "app:");
        assertThat(settings.toString()).doesNotContain(MATERIAL, "hu%40sh", "hu@sh");
    }

    private AbstractStringAssert<?> assertRefused(String text) {
        Path file = write(text);
        return assertThat(assertThatExceptionOfType(InvalidSettings.class)
                        .isThrownBy(() -> SettingsFile.read(file))
                        .actual()
                        .getMessage())
                .hasLineCount(1);
    }

    private NodeSettings read(String text) {
        return SettingsFile.read(write(text)).settings();
    }

    private Path write(String text) {
        try {
            return Files.writeString(directory.resolve("node.conf"), text);
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException(cannotWrite);
        }
    }
}
