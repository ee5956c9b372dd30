package dev.reveille.gateway.jwt;

import static dev.reveille.gateway.jwt.TokenDesk.APP;
import static dev.reveille.gateway.jwt.TokenDesk.BLUE;
import static dev.reveille.gateway.jwt.TokenDesk.KEYS;
import static dev.reveille.gateway.jwt.TokenDesk.NOT_FOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.tokens.Issuer;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenAuthorityTest {

    private static final Issuer RSA = Issuer.rsa("rsa-1");
    private static final Issuer EC = Issuer.ec("ec-1");
    private static final Issuer ED = Issuer.ed25519("ed-1");
    private static final String CLAIMS = "{\"sub\":\"ada\", \"note\":\"Grüße\"}";
    private static final String NOT_A_TOKEN = "Provided authentication token is not a valid JWT encoding";

    private final HandClock clock = new HandClock();
    private final PublishedKeys source = new PublishedKeys(RSA, EC, ED);
    private final TokenDesk desk = new TokenDesk(source, clock);

    @Test
    void tokensOfAllThreeAlgorithmsAreProvenAndTheirPayloadIsKeptToTheLetter() {
        for (Issuer issuer : new Issuer[] {RSA, EC, ED}) {
            assertThat(desk.verdict(issuer.token(CLAIMS)))
                    .as(issuer.algorithm())
                    .isEqualTo(new TokenVerdict.Proven(CLAIMS));
        }
    }

    @Test
    void theNewNameOfEd25519IsUnderstood() {
        // Given
        String token = ED.token("{\"alg\":\"Ed25519\",\"kid\":\"ed-1\"}", CLAIMS);

        // When / Then
        assertThat(desk.verdict(token)).isEqualTo(new TokenVerdict.Proven(CLAIMS));
    }

    @Test
    void neitherTheVerdictNorTheClaimsArePrinted() {
        assertThat(desk.verdict(RSA.token(CLAIMS)).toString()).doesNotContain("ada");
    }

    @Test
    void aSignatureOfSomebodyElseIsRefused() {
        for (Issuer stranger : new Issuer[] {Issuer.rsa("rsa-1"), Issuer.ec("ec-1"), Issuer.ed25519("ed-1")}) {
            assertRefused(stranger.token(CLAIMS), "signature error: invalid signature");
        }
    }

    @Test
    void aTokenWithoutKeyIdIsRefused() {
        assertRefused(RSA.token("{\"alg\":\"RS256\"}", CLAIMS), "missing key id");
        assertRefused(RSA.token("{\"alg\":\"RS256\",\"kid\":\"\"}", CLAIMS), "missing key id");
    }

    @Test
    void aKeyThatNobodyPublishedIsNotFound() {
        assertThat(desk.verdict(Issuer.rsa("other").token(CLAIMS))).isEqualTo(NOT_FOUND);
    }

    @Test
    void aKeyThatTheTokenBringsItselfIsNotBelieved() {
        // Given
        Issuer stranger = Issuer.ec("mine");
        String header = "{\"alg\":\"ES256\",\"kid\":\"mine\",\"jwk\":%s,\"jku\":\"https://mine.example/\"}"
                .formatted(stranger.jwk());

        // When / Then
        assertThat(desk.verdict(stranger.token(header, CLAIMS))).isEqualTo(NOT_FOUND);
    }

    @Test
    void aRoleOrEndpointWithoutARuleIsNotFoundAndCausesNoFetch() {
        // When
        TokenVerdict role = desk.verdict(BLUE, new RoleName("postgres"), RSA.token(CLAIMS));
        TokenVerdict endpoint = desk.verdict(new EndpointId("green"), APP, RSA.token(CLAIMS));

        // Then
        assertThat(role).isEqualTo(NOT_FOUND);
        assertThat(endpoint).isEqualTo(NOT_FOUND);
        assertThat(source.fetches()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "none, signature algorithm not supported",
        "HS256, signature algorithm not supported",
        "HS512, signature algorithm not supported",
        "ES256K, signature algorithm not supported",
        "RS384, invalid RSA signing algorithm",
        "PS256, invalid RSA signing algorithm",
        "ES384, unsupported EC key type P384",
        "ES512, unsupported EC key type P521",
        "NONE, " + NOT_A_TOKEN,
        "rs256, " + NOT_A_TOKEN,
    })
    void otherAlgorithmsAreRefusedWithoutAskingForKeys(String algorithm, String text) {
        // When
        assertRefused(RSA.token("{\"alg\":\"%s\",\"kid\":\"rsa-1\"}".formatted(algorithm), CLAIMS), text);

        // Then
        assertThat(source.fetches()).isZero();
    }

    @Test
    void aTokenWithoutSignatureIsRefusedWhateverItSays() {
        String unsigned = Issuer.base64("{\"alg\":\"none\",\"kid\":\"rsa-1\"}") + "." + Issuer.base64(CLAIMS) + ".";
        assertRefused(unsigned, "signature algorithm not supported");
        String promised = Issuer.base64("{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}") + "." + Issuer.base64(CLAIMS) + ".";
        assertRefused(promised, "signature error: invalid signature");
    }

    @Test
    void aPublicKeyIsNoSharedSecret() throws GeneralSecurityException {
        // Given
        String signed = Issuer.base64("{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}") + "." + Issuer.base64(CLAIMS);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(RSA.keys().getPublic().getEncoded(), "HmacSHA256"));
        byte[] tag = mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));

        // When / Then
        String token = signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
        assertRefused(token, "signature algorithm not supported");
    }

    @Test
    void theAlgorithmMustBeThatOfTheKey() {
        assertRefused(EC.token("{\"alg\":\"ES256\",\"kid\":\"rsa-1\"}", CLAIMS), "signature algorithm not supported");
        assertRefused(RSA.token("{\"alg\":\"RS256\",\"kid\":\"ed-1\"}", CLAIMS), "signature algorithm not supported");
    }

    @Test
    void criticalHeaderParametersAreRefused() {
        assertRefused(
                RSA.token("{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"crit\":[\"b64\"],\"b64\":false}", CLAIMS),
                "JWT token has critical header parameters, which are not supported");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "...",
                "a.b",
                "a.b.c.d",
                "e30.e30.AA",
                " ",
                "\u0000.\u0000.\u0000",
                "ä.ö.ü",
                "eyJhbGciOiJSUzI1NiJ9",
                "Bearer e30.e30.AA"
            })
    void whatIsNoTokenIsRefused(String text) {
        assertRefused(text, NOT_A_TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "null",
                "\"alg\"",
                "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"} {}",
                "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"",
                "{'alg':'RS256','kid':'rsa-1'}",
                "{\"alg\":\"RS256\",\"kid\":7}",
                "{\"alg\":[\"RS256\"],\"kid\":\"rsa-1\"}",
                "{\"kid\":\"rsa-1\"}",
                "{\"alg\":\"none\",\"kid\":\"rsa-1\",\"alg\":\"RS256\"}"
            })
    void aHeaderThatIsNotSoundIsRefused(String header) {
        assertRefused(RSA.token(header, CLAIMS), NOT_A_TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "",
                "{\"exp\":1e3}",
                "{\"exp\":1800000000.5}",
                "{\"exp\":\"1800000000\"}",
                "{\"exp\":-1}",
                "{\"exp\":99999999999999999999}",
                "{\"nbf\":null}",
                "{\"exp\":1,\"exp\":4000000000}",
                "{\"aud\":7}",
                "{\"aud\":[\"a\",7]}",
                "{\"iss\":[]}",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "{\"a\":\"\u0001\"}",
                "{\"a\":1}x",
                "{\"a\":NaN}"
            })
    void claimsThatAreNotSoundAreRefused(String claims) {
        assertRefused(RSA.token(claims), NOT_A_TOKEN);
    }

    @Test
    void claimsThatAreNestedWithoutEndAreRefused() {
        assertRefused(RSA.token("{\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}"), NOT_A_TOKEN);
    }

    @Test
    void aTokenWrittenInAnotherWayIsNotTheToken() {
        // Given
        String token = ED.token(CLAIMS); // A signature of 64 bytes leaves four bits of the last letter unused.
        char last = token.charAt(token.length() - 1);
        String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

        // When / Then
        String sameBytes = token.substring(0, token.length() - 1) + letters.charAt(letters.indexOf(last) + 1);
        assertRefused(sameBytes, NOT_A_TOKEN);
        assertRefused(token + "==", NOT_A_TOKEN);
        assertRefused(token + "\n", NOT_A_TOKEN);
        assertRefused(" " + token, NOT_A_TOKEN);
    }

    @Test
    void anEllipticSignatureInTheOtherEncodingIsRefused() {
        // Given
        String signed = Issuer.base64("{\"alg\":\"ES256\",\"kid\":\"ec-1\"}") + "." + Issuer.base64(CLAIMS);
        String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);

        // When / Then
        assertRefused(signed + "." + zeros, "signature error: invalid signature");
        assertRefused(signed + "." + zeros + "AAAA", "signature error: invalid signature");
    }

    @Test
    void aHugeTokenIsRefusedUnread() {
        assertRefused(RSA.token("{\"a\":\"" + "x".repeat(16 * 1024) + "\"}"), NOT_A_TOKEN);
    }

    @Test
    void anExpiredTokenIsRefusedOnceTheLeewayHasPassed() {
        // Given
        long exp = clock.seconds();
        String token = EC.token("{\"exp\":%d}".formatted(exp));

        // When
        clock.turn(Duration.ofSeconds(29));
        TokenVerdict inTime = desk.verdict(token);
        clock.turn(Duration.ofSeconds(1));

        // Then
        assertThat(inTime).isInstanceOf(TokenVerdict.Proven.class);
        assertRefused(token, "JWT token has expired (exp=%d)".formatted(exp));
    }

    @Test
    void aTokenForLaterIsRefusedUntilTheLeeway() {
        // Given
        long nbf = clock.seconds() + 30;
        String token = EC.token("{\"nbf\":%d,\"exp\":%d}".formatted(nbf, Long.MAX_VALUE));

        // When / Then
        assertRefused(token, "JWT token is not yet ready to use (nbf=%d)".formatted(nbf));
        clock.turn(Duration.ofSeconds(1));
        assertThat(desk.verdict(token)).isInstanceOf(TokenVerdict.Proven.class);
    }

    @Test
    void aRuleMayDemandAnExpiry() {
        // Given
        TokenDesk strict = new TokenDesk(
                source, clock, new TokenRule(KEYS, Optional.empty(), Optional.empty(), Set.of(APP), true));

        // When / Then
        assertThat(strict.verdict(EC.token("{}"))).isEqualTo(new TokenVerdict.Refused("JWT token has no expiry"));
        assertThat(strict.verdict(EC.token("{\"exp\":%d}".formatted(clock.seconds() + 1))))
                .isInstanceOf(TokenVerdict.Proven.class);
    }

    @Test
    void theAudienceMustBeThatOfTheRule() {
        // Given
        TokenDesk choosy = new TokenDesk(
                source, clock, new TokenRule(KEYS, Optional.of("db"), Optional.empty(), Set.of(APP), false));
        TokenVerdict refused = new TokenVerdict.Refused("invalid JWT token audience");

        // When / Then
        assertThat(choosy.verdict(EC.token("{\"aud\":\"db\"}"))).isInstanceOf(TokenVerdict.Proven.class);
        assertThat(choosy.verdict(EC.token("{\"aud\":[\"web\",\"db\"]}"))).isInstanceOf(TokenVerdict.Proven.class);
        assertThat(choosy.verdict(EC.token("{\"aud\":\"web\"}"))).isEqualTo(refused);
        assertThat(choosy.verdict(EC.token("{\"aud\":[]}"))).isEqualTo(refused);
        assertThat(choosy.verdict(EC.token("{}"))).isEqualTo(refused);
    }

    @Test
    void theIssuerMustBeThatOfTheRule() {
        // Given
        TokenDesk choosy = new TokenDesk(
                source,
                clock,
                new TokenRule(KEYS, Optional.empty(), Optional.of("https://issuer.example"), Set.of(APP), false));
        TokenVerdict refused = new TokenVerdict.Refused("invalid JWT token issuer");

        // When / Then
        assertThat(choosy.verdict(EC.token("{\"iss\":\"https://issuer.example\"}")))
                .isInstanceOf(TokenVerdict.Proven.class);
        assertThat(choosy.verdict(EC.token("{\"iss\":\"https://issuer.example/\"}")))
                .isEqualTo(refused);
        assertThat(choosy.verdict(EC.token("{}"))).isEqualTo(refused);
    }

    @Test
    void aTokenIsGoodWhereOneOfSeveralRulesAcceptsIt() {
        // Given
        TokenDesk two = new TokenDesk(
                source,
                clock,
                new TokenRule(KEYS, Optional.of("web"), Optional.empty(), Set.of(APP), false),
                new TokenRule(KEYS, Optional.of("db"), Optional.empty(), Set.of(APP), false));

        // When / Then
        assertThat(two.verdict(RSA.token("{\"aud\":\"db\"}"))).isInstanceOf(TokenVerdict.Proven.class);
        assertThat(two.verdict(RSA.token("{\"aud\":\"x\"}")))
                .isEqualTo(new TokenVerdict.Refused("invalid JWT token audience"));
    }

    private void assertRefused(String token, String text) {
        assertThat(desk.verdict(token)).isEqualTo(new TokenVerdict.Refused(text));
    }
}
