package dev.reveille.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.gateway.sql.SqlSettings;
import dev.reveille.node.embedded.EmbeddedSettings;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.access.AddressPattern;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFileTest {

    private static final ScramVerifier VERIFIER =
            ScramVerifier.ofPassword("secret", ByteString.fromString("sixteen bytes ok"), 1);

    @TempDir
    Path directory;

    @Test
    void anEmptyFileGivesTheDefaults() {
        // When
        NodeSettings settings = read("");

        // Then
        assertThat(settings.listen())
                .isEqualTo(new NodeSettings.Listen(
                        new InetSocketAddress("127.0.0.1", 4432),
                        new InetSocketAddress("127.0.0.1", 4433),
                        new InetSocketAddress("127.0.0.1", 7001)));
        assertThat(settings.limits())
                .isEqualTo(
                        new NodeSettings.Limits(15_000, 4096, Duration.ofSeconds(15), Duration.ofSeconds(15), 10_000));
        assertThat(settings.retries())
                .isEqualTo(new NodeSettings.Retries(
                        new NodeSettings.Backoff(8, Duration.ofMillis(100), 1.6),
                        new NodeSettings.Backoff(5, Duration.ofMillis(200), 2)));
        assertThat(settings.tls().directory()).isEmpty();
        assertThat(settings.loops()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.controlPlane()).isEqualTo(new ControlPlaneSettings.Fixed(Map.of()));
        assertThat(settings.sql()).isEqualTo(SqlSettings.DEFAULTS);
    }

    @Test
    void sqlOverHttpHasLimitsOfItsOwn() {
        // When
        NodeSettings settings = read("""
                reveille.sql { answer-bytes = 10485760, statement-timeout = 15s, origins = ["https://app.example.com"] }
                """);

        // Then
        assertThat(settings.sql().answerBytes()).isEqualTo(10_485_760);
        assertThat(settings.sql().statementMax()).contains(Duration.ofSeconds(15));
        assertThat(settings.sql().origins()).containsExactly("https://app.example.com");
    }

    @Test
    void aFileDescribesTheWebDoor() {
        // When
        NodeSettings settings = read("""
                reveille.web { enabled = false, domains = ["DB.example.com"], idle-timeout = 5m
                               allowed-origins = ["https://app.example.com"] }
                """);

        // Then
        assertThat(settings.web().enabled()).isFalse();
        assertThat(settings.web().plain()).isTrue();
        assertThat(settings.web().domains()).containsExactly("db.example.com");
        assertThat(settings.web().allowedOrigins()).containsExactly("https://app.example.com");
        assertThat(settings.web().idleTimeout()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void aFileDescribesFixedEndpoints() {
        // When
        NodeSettings settings = read("""
                reveille {
                  listen { postgres = "[::1]:6432" }
                  tls { directory = "certs", required = true }
                  control-plane {
                    kind = fixed
                    endpoints.blue { address = "db.example:5432", tls = verify-full, tls-server-name = "blue.example"
                                     allowed-addresses = ["127.0.0.0/8"]
                                     allowed-private-links = ["vpce-1", "167772161"]
                                     roles.app = "%s" }
                    endpoints.green { address = "[::1]:5433" }
                  }
                  drain = 5s
                }
                """.formatted(VERIFIER.encode()));

        // Then
        assertThat(settings.listen().postgres()).isEqualTo(new InetSocketAddress("::1", 6432));
        assertThat(settings.tls().directory())
                .contains(directory.toAbsolutePath().normalize().resolve("certs"));
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(5));
        var endpoints = ((ControlPlaneSettings.Fixed) settings.controlPlane()).endpoints();
        var blue = endpoints.get(new EndpointId("blue"));
        assertThat(blue.address()).isEqualTo(new ComputeAddress("db.example", 5432));
        assertThat(blue.tls()).isEqualTo(new ComputeTls(ComputeTls.Mode.VERIFY_FULL, Optional.of("blue.example")));
        assertThat(blue.allowedAddresses()).isEqualTo(List.of(AddressPattern.parse("127.0.0.0/8")));
        assertThat(blue.allowedPrivateLinks()).containsExactly("vpce-1", "167772161");
        assertThat(blue.roles()).isEqualTo(Map.of(new RoleName("app"), VERIFIER));
        var green = endpoints.get(new EndpointId("green"));
        assertThat(green.tls()).isEqualTo(new ComputeTls(ComputeTls.Mode.PREFER, Optional.empty()));
        assertThat(green.roles()).isEmpty();
    }

    @Test
    void anEmbeddedControlPlaneHasTheDefaultsOfItsOwnRoom() {
        // When
        NodeSettings settings = read("reveille.control-plane { kind = embedded, embedded.data = here }");

        // Then
        Path data = directory.resolve("here");
        assertThat(settings.controlPlane())
                .isEqualTo(new ControlPlaneSettings.Embedded(
                        EmbeddedSettings.of(data, Duration.ofSeconds(60)), List.of()));
    }

    @Test
    void aKeyThatNobodyKnowsIsRefusedByNameAndPlace() {
        assertRefused("""
                reveille {
                  tls {
                    directoy = "certs"
                  }
                }
                """).contains("reveille.tls.directoy is not a setting", "known here: directory", "node.conf: 3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reveille.limit.max-connections = 5",
                "reveille.control-plane.endpoints.blue { address = \"a:1\", addres = \"b:1\" }",
                "reveille.retries.wake.attempt = 3",
                "listen.postgres = \"127.0.0.1:1\"",
                "pekko.actor.provider = cluster"
            })
    void misspelledOrMisplacedKeysAreRefusedAtEveryLevel(String text) {
        assertRefused(text).contains("is not a setting");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reveille.limits.max-connections = 0",
                "reveille.limits.max-connections = 1.5",
                "reveille.limits.max-connections = many",
                "reveille.limits.login-timeout = soon",
                "reveille.limits.login-timeout = -1s",
                "reveille.listen.postgres = \"localhost.example:5432\"",
                "reveille.listen.postgres = \"127.0.0.1:65536\"",
                "reveille.listen.postgres = 4432",
                "reveille.listen = \"127.0.0.1:4432\"",
                "reveille.web.plain = false",
                "reveille.web.domains = [\"https://db.example.com\"]",
                "reveille.web.allowed-origins = [\"app.example.com\"]",
                "reveille.web.allowed-origins = [\"https://app.example.com/\"]",
                "reveille.web.head-bytes = 100",
                "reveille.web.idle-timeout = 0s",
                "reveille.tls.required = perhaps",
                "reveille.tls.required = true",
                "reveille.tls.provider = gnutls",
                "reveille.proxy-protocol.mode = required",
                "reveille.proxy-protocol.trusted = [somewhere]",
                "reveille.retries.wake.factor = 0.5",
                "reveille.loops = 0",
                "reveille.sql.request-bytes = 0",
                "reveille.sql.origins = [\"*\"]",
                "reveille.sql.memory-bytes = lots",
                "reveille.drain = null",
                "reveille.control-plane.kind = magic",
                "reveille.control-plane.endpoints.blue {}",
                "reveille.control-plane.endpoints.blue.address = nowhere",
                "reveille.control-plane.endpoints.\"no_name\".address = \"a:1\"",
                "reveille.control-plane { kind = embedded, endpoints.blue.address = \"a:1\" }"
            })
    void aValueThatMakesNoSenseIsRefusedWithItsPath(String text) {
        assertRefused(text).startsWith("reveille.");
    }

    @Test
    void aPasswordInPlaceOfAVerifierIsRefusedWithoutBeingRepeated() {
        assertRefused("""
                reveille.control-plane.endpoints.blue { address = "a:1", roles.app = "hunter2" }
                """)
                .contains("endpoints.blue.roles.app", "verifier", "rolpassword")
                .doesNotContain("hunter2");
    }

    @Test
    void brokenHoconIsRefusedWithThePlaceAndWithoutWhatWasWritten() {
        assertRefused("""
                reveille.control-plane.endpoints.blue.roles {
                  "hunter2"
                }
                """).contains("not valid HOCON", "node.conf: 3").doesNotContain("hunter2");
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        assertThatExceptionOfType(InvalidSettings.class)
                .isThrownBy(() -> SettingsFile.read(directory.resolve("missing.conf")))
                .withMessageContaining("missing.conf");
    }

    @Test
    void filesMayIncludeOthersAndUseTheEnvironment() throws IOException {
        // Given
        Files.writeString(directory.resolve("common.conf"), "reveille.limits.max-connections = 7");

        // When
        NodeSettings settings = read("""
                include "common.conf"
                reveille.drain = ${?REVEILLE_TEST_NEVER_SET}
                reveille.tls.directory = ${PATH}
                """);

        // Then
        assertThat(settings.limits().maxConnections()).isEqualTo(7);
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.tls().directory()).isPresent();
    }

    @Test
    void aSubstitutionThatLeadsNowhereIsRefused() {
        assertRefused("reveille.drain = ${REVEILLE_TEST_NEVER_SET}").contains("REVEILLE_TEST_NEVER_SET");
    }

    @Test
    void theEffectiveSettingsShowEverythingButSecrets() {
        // Given
        Path file = write("""
                reveille.control-plane.endpoints.blue { address = "a:1", roles { app = "%1$s", "o.b" = "%1$s" } }
                """.formatted(VERIFIER.encode()));

        // When
        SettingsFile settings = SettingsFile.read(file);

        // Then
        assertThat(settings.effective())
                .contains("max-connections=15000", "address=\"a:1\"", "\"***\"")
                .doesNotContain(VERIFIER.encode());
        assertThat(settings.toString()).doesNotContain(VERIFIER.encode()).contains("***");
    }

    @Test
    void theEffectiveSettingsAreAFileThatSaysTheSame() {
        // Given
        String text = "reveille { limits.max-connections = 3, drain = 1s }";
        SettingsFile first = SettingsFile.read(write(text));

        // When
        SettingsFile second = SettingsFile.read(write(first.effective()));

        // Then
        assertThat(second).isEqualTo(first);
    }

    private AbstractStringAssert<?> assertRefused(String text) {
        Path file = write(text);
        try {
            SettingsFile.read(file);
        } catch (InvalidSettings refused) {
            return assertThat(refused.getMessage()).hasLineCount(1);
        }
        throw new AssertionError("was not refused: " + text);
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
