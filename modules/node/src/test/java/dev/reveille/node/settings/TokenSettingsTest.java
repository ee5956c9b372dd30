package dev.reveille.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.gateway.jwt.EndpointTokens;
import dev.reveille.gateway.jwt.KeySetUrl;
import dev.reveille.gateway.jwt.TokenRule;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenSettingsTest {

    private static final ScramVerifier VERIFIER =
            ScramVerifier.ofPassword("secret", ByteString.fromString("sixteen bytes ok"), 1);

    @TempDir
    Path directory;

    @Test
    void anEndpointSaysWhoseTokensOpenWhichRoles() {
        // When
        EndpointTokens tokens = endpoint("""
                jwt = [
                  { jwks = "https://issuer.example/keys", audience = db, issuer = "https://issuer.example"
                    roles = [app, web], require-expiry = true }
                  { jwks = "http://127.0.0.1:3000/keys", roles = [app] }
                ]
                jwt-password-file = token-login
                roles.app = "%s"
                """.formatted(VERIFIER.encode()));

        // Then
        assertThat(tokens.rules())
                .containsExactly(
                        new TokenRule(
                                url("https://issuer.example/keys"),
                                Optional.of("db"),
                                Optional.of("https://issuer.example"),
                                Set.of(new RoleName("app"), new RoleName("web")),
                                true),
                        new TokenRule(
                                url("http://127.0.0.1:3000/keys"),
                                Optional.empty(),
                                Optional.empty(),
                                Set.of(new RoleName("app")),
                                false));
        assertThat(tokens.passwordFile()).contains(directory.resolve("token-login"));
    }

    @Test
    void anEndpointThatSaysNothingTakesNoTokens() {
        assertThat(endpoint("")).isEqualTo(EndpointTokens.NONE);
    }

    @Test
    void aFileOfKeysIsSeenFromTheConfiguration() {
        // When
        EndpointTokens tokens = endpoint("jwt = [ { jwks = \"file:keys.json\", roles = [app] } ]");

        // Then
        assertThat(tokens.rules().getFirst().keys())
                .isEqualTo(new KeySetUrl(directory.resolve("keys.json").toUri()));
    }

    @Test
    void keysOfAnotherMachineComeInClearTextOnlyWhereThatIsAllowed() {
        // When
        EndpointTokens tokens =
                endpoint("jwt = [ { jwks = \"http://issuer.example/\", roles = [app], allow-http = true } ]");

        // Then
        assertThat(tokens.rules()).hasSize(1);
        assertRefused("jwt = [ { jwks = \"http://issuer.example/\", roles = [app] } ]", "jwt[0].jwks must be https");
    }

    @Test
    void anEmbeddedControlPlaneHasOneListForAllEndpoints() {
        // When
        NodeSettings settings = read("""
                reveille.control-plane { kind = embedded, embedded.jwt = [ { jwks = "https://a.example/", roles = [app] } ] }
                """);

        // Then
        assertThat(settings.controlPlane())
                .isInstanceOfSatisfying(
                        ControlPlaneSettings.Embedded.class,
                        embedded -> assertThat(embedded.tokens()).hasSize(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            jwt = https                                                  | jwt must be a list of at most 16 blocks
            jwt = [ "https://a.example/" ]                               | jwt must be a list of blocks
            jwt = [ {} ]                                                 | jwt[0].jwks is missing
            jwt = [ { jwks = "a.example", roles = [app] } ]              | jwt[0].jwks must be https://
            jwt = [ { jwks = "https://u:p@a.example/", roles = [app] } ] | jwt[0].jwks must be https://
            jwt = [ { jwks = "https://a.example/" } ]                    | jwt[0].roles must name
            jwt = [ { jwks = "https://a.example/", roles = [""] } ]      | jwt[0].roles holds
            jwt = [ { jwks = "https://a.example/", role = app } ]        | jwt[0]
            jwt = [ { jwks = "https://a.example/", roles = [a], aud = b } ] | jwt[0].aud is not a setting
            jwt-password-file = here                                     | jwt-password-file has no effect
            jwt = [ { jwks = "https://a.example/", roles = [a] } ], jwt-password-file = here | needs the verifier
            """)
    void aRuleThatMakesNoSenseIsRefusedWithItsPath(String text, String complaint) {
        assertRefused(text, complaint);
    }

    @Test
    void anEmbeddedControlPlaneHasOneRole() {
        assertThatExceptionOfType(InvalidSettings.class)
                .isThrownBy(() -> read("""
                        reveille.control-plane { kind = embedded
                          embedded.jwt = [ { jwks = "https://a.example/", roles = [app, web] } ] }
                        """))
                .withMessageContaining("embedded.jwt can open only the role app");
    }

    @Test
    void rulesOfAnEmbeddedControlPlaneHaveNoEffectOnFixedEndpoints() {
        assertThatExceptionOfType(InvalidSettings.class)
                .isThrownBy(() -> read(
                        "reveille.control-plane.embedded.jwt = [ { jwks = \"https://a.example/\", roles = [app] } ]"))
                .withMessageContaining("reveille.control-plane.embedded has rules for tokens");
    }

    private void assertRefused(String text, String complaint) {
        assertThatExceptionOfType(InvalidSettings.class)
                .isThrownBy(() -> endpoint(text))
                .withMessageStartingWith("reveille.control-plane.endpoints.blue.")
                .withMessageContaining(complaint);
    }

    private EndpointTokens endpoint(String text) {
        NodeSettings settings =
                read("reveille.control-plane.endpoints.blue { address = \"a:1\"\n%s\n}".formatted(text));
        return ((ControlPlaneSettings.Fixed) settings.controlPlane())
                .endpoints()
                .get(new EndpointId("blue"))
                .tokens();
    }

    private NodeSettings read(String text) {
        try {
            return SettingsFile.read(Files.writeString(directory.resolve("node.conf"), text))
                    .settings();
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException(cannotWrite);
        }
    }

    private static KeySetUrl url(String text) {
        return KeySetUrl.parse(text).orElseThrow();
    }
}
