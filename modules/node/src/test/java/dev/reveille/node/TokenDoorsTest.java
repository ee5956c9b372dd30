package dev.reveille.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.gateway.controlplane.FixedEndpoint;
import dev.reveille.gateway.jwt.EndpointTokens;
import dev.reveille.gateway.jwt.KeySetUrl;
import dev.reveille.gateway.jwt.TokenDoor;
import dev.reveille.gateway.jwt.TokenRule;
import dev.reveille.gateway.jwt.TokenVerdict;
import dev.reveille.node.commands.StartFailure;
import dev.reveille.node.settings.ControlPlaneSettings;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenDoorsTest {

    private static final EndpointId BLUE = new EndpointId("blue");
    private static final RoleName APP = new RoleName("app");
    private static final RoleName WEB = new RoleName("web");
    private static final ByteString PASSWORD = ByteString.fromString("correct horse");
    private static final ScramVerifier VERIFIER =
            ScramVerifier.ofPassword(PASSWORD, ByteString.fromString("sixteen bytes ok"), 1);
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    @TempDir
    Path directory;

    @Test
    void aRoleLogsInWithThePasswordInTheFile() throws IOException, StartFailure {
        // Given
        Path file = Files.writeString(directory.resolve("login"), "correct horse\n");

        // When
        try (TokenDoor door = open(Optional.of(file))) {

            // Then
            assertThat(door.keysFor(BLUE, APP)).isPresent().isEqualTo(VERIFIER.keysOf(PASSWORD));
            assertThat(door.keysFor(new EndpointId("blue-pooler"), APP)).isEqualTo(VERIFIER.keysOf(PASSWORD));
            assertThat(door.keysFor(BLUE, WEB)).isEmpty();
            assertThat(door.keysFor(new EndpointId("green"), APP)).isEmpty();
        }
    }

    @Test
    void withoutAFileTheComputeIsExpectedToTrustUs() throws StartFailure {
        try (TokenDoor door = open(Optional.empty())) {
            assertThat(door.keysFor(BLUE, APP)).isEmpty();
        }
    }

    @Test
    void onlyEndpointsWithRulesTakeTokens() throws StartFailure {
        try (TokenDoor door = open(Optional.empty())) {
            assertThat(door.configuredFor(BLUE)).isTrue();
            assertThat(door.configuredFor(new EndpointId("blue-pooler"))).isTrue();
            assertThat(door.configuredFor(new EndpointId("green"))).isFalse();
        }
    }

    @Test
    void aPasswordOfSomebodyElseEndsTheStartAndIsNotRepeated() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("login"), "hunter2");

        // When / Then
        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> open(Optional.of(file)))
                .withMessageContainingAll("login", "role app", "endpoint blue")
                .withMessageNotContaining("hunter2");
    }

    @Test
    void aFileThatIsMissingOrEmptyEndsTheStart() throws IOException {
        // Given
        Path empty = Files.writeString(directory.resolve("empty"), "\n");

        // When / Then
        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> open(Optional.of(empty)))
                .withMessageContaining("holds no password");
        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> open(Optional.of(directory.resolve("missing"))))
                .withMessageContaining("cannot be read");
    }

    @Test
    void aTokenOfTheIssuerOpensTheRole() throws StartFailure, IOException, GeneralSecurityException {
        // Given
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = keys.getPublic().getEncoded();
        String x = BASE64.encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        Files.writeString(
                directory.resolve("keys.json"),
                "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"1\",\"x\":\"%s\"}]}".formatted(x));
        String token = token(keys, "{\"alg\":\"EdDSA\",\"kid\":\"1\"}", "{\"sub\":\"ada\"}");

        // When
        try (TokenDoor door = open(Optional.empty())) {
            TokenVerdict verdict = door.verify(
                            BLUE, APP, TokenDoor.tokenOf("Bearer " + token).orElseThrow())
                    .toCompletableFuture()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join();

            // Then
            assertThat(verdict).isEqualTo(new TokenVerdict.Proven("{\"sub\":\"ada\"}"));
        }
    }

    @Test
    void aHeaderOfAnotherSchemeHoldsNoToken() {
        assertThat(TokenDoor.tokenOf("Bearer abc")).contains("abc");
        assertThat(TokenDoor.tokenOf("Basic abc")).isEmpty();
        assertThat(TokenDoor.tokenOf("bearer abc")).isEmpty();
        assertThat(TokenDoor.tokenOf("Bearer ")).isEmpty();
        assertThat(TokenDoor.tokenOf("")).isEmpty();
    }

    private TokenDoor open(Optional<Path> passwordFile) throws StartFailure {
        KeySetUrl keys = new KeySetUrl(directory.resolve("keys.json").toUri());
        TokenRule rule = new TokenRule(keys, Optional.empty(), Optional.empty(), Set.of(APP, WEB), false);
        FixedEndpoint blue = new FixedEndpoint(
                new ComputeAddress("127.0.0.1", 5432),
                ComputeTls.DISABLED,
                List.of(),
                List.of(),
                Map.of(APP, VERIFIER),
                new EndpointTokens(List.of(rule), passwordFile));
        FixedEndpoint green =
                new FixedEndpoint(new ComputeAddress("127.0.0.1", 5433), ComputeTls.DISABLED, List.of(), Map.of());
        return TokenDoors.open(
                new ControlPlaneSettings.Fixed(Map.of(BLUE, blue, new EndpointId("green"), green)), Optional.empty());
    }

    private static String token(KeyPair keys, String header, String claims) throws GeneralSecurityException {
        String signed = base64(header) + "." + base64(claims);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(keys.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64.encodeToString(signature.sign());
    }

    private static String base64(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
