package dev.reveille.gateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.kit.tokens.Issuer;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetReaderTest {

    private static final String CLAIMS = "{}";
    private static final Issuer RSA = Issuer.rsa("rsa-1");
    private static final Issuer EC = Issuer.ec("ec-1");

    @Test
    void keysThatCannotBeReadAreSkippedAndTheOthersUsed() {
        // Given
        String set = Issuer.keySet(
                "{\"kty\":\"RSA\",\"kid\":\"broken\",\"n\":\"!\"}",
                "{\"kty\":\"from the future\",\"kid\":\"new\"}",
                "{\"kid\":\"nothing\"}",
                "7",
                "null",
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"off the curve\",\"x\":\"AQ\",\"y\":\"AQ\"}",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"short\",\"x\":\"AQ\"}",
                EC.jwk());

        // When
        KeySet keys = read(set);

        // Then
        assertThat(keys.find("ec-1", TokenAlgorithm.ES256)).get().isInstanceOf(VerificationKey.Usable.class);
        assertThat(keys.size()).isEqualTo(1);
    }

    @Test
    void keysForEncryptionAreSkipped() {
        assertThat(read(Issuer.keySet(RSA.jwk("\"use\":\"enc\""))).size()).isZero();
    }

    @Test
    void keysWithoutAnIdAreSkipped() {
        assertThat(read(Issuer.keySet(RSA.jwk().replace("\"kid\":\"rsa-1\",", "")))
                        .size())
                .isZero();
    }

    @Test
    void aKeyForAnotherAlgorithmOfItsKindIsNotUsed() {
        assertRefused(RSA, RSA.jwk("\"alg\":\"PS256\""), "signature algorithm not supported");
    }

    @Test
    void aShortRsaKeyIsNotUsed() {
        Issuer small = Issuer.rsa("rsa-1", 1_024);
        assertRefused(small, small.jwk(), "unsupported key type RSA of 1024 bits");
    }

    @Test
    void keysOfOtherCurvesAndKindsAreNotUsed() {
        Issuer other = Issuer.ec("ec-1", "secp384r1", "ES384");
        assertRefused(EC, other.jwk(), "unsupported EC key type P384");
        assertRefused(EC, "{\"kty\":\"oct\",\"kid\":\"ec-1\",\"k\":\"c2VjcmV0\"}", "unsupported key type oct");
        assertRefused(
                EC,
                "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"ec-1\",\"x\":\"%s\"}".formatted("A".repeat(43)),
                "unsupported key type OKP");
    }

    @Test
    void ofTwoKeysWithOneIdTheOneThatFitsIsUsed() {
        // Given
        Issuer ed = Issuer.ed25519("same");
        Issuer ec = Issuer.ec("same");

        // When
        KeySet keys = read(Issuer.keySet(ed, ec));

        // Then
        assertThat(keys.find("same", TokenAlgorithm.ES256))
                .contains(new VerificationKey.Usable(
                        TokenAlgorithm.ES256, ec.keys().getPublic()));
        assertThat(keys.find("same", TokenAlgorithm.EDDSA))
                .contains(new VerificationKey.Usable(
                        TokenAlgorithm.EDDSA, ed.keys().getPublic()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"keys\":7}", "{\"keys\":{}}", "{\"keys\":[", "\u0000"})
    void whatIsNoKeySetIsAProblem(String text) {
        assertThatExceptionOfType(KeySetProblem.class).isThrownBy(() -> read(text));
    }

    @Test
    void deepNestingIsAProblemAndNothingWorse() {
        assertThatExceptionOfType(KeySetProblem.class)
                .isThrownBy(() -> read("{\"keys\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}"));
    }

    private static void assertRefused(Issuer issuer, String jwk, String text) {
        PublishedKeys source = new PublishedKeys();
        source.publishText(Issuer.keySet(jwk));
        assertThat(new TokenDesk(source, new HandClock()).verdict(issuer.token(CLAIMS)))
                .isEqualTo(new TokenVerdict.Refused(text));
    }

    private static KeySet read(String text) {
        return KeySetReader.read(ByteString.fromString(text));
    }
}
