package dev.reveille.protocol.scram;

import static dev.reveille.protocol.scram.Vectors.BOUND;
import static dev.reveille.protocol.scram.Vectors.CLIENT_NONCE;
import static dev.reveille.protocol.scram.Vectors.SERVER_FINAL;
import static dev.reveille.protocol.scram.Vectors.SERVER_FIRST;
import static dev.reveille.protocol.scram.Vectors.UNBOUND;
import static dev.reveille.protocol.scram.Vectors.bytes;
import static dev.reveille.protocol.scram.Vectors.verifier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.frontend.SaslResponse;
import dev.reveille.protocol.scram.ScramClient.AwaitingChallenge;
import dev.reveille.protocol.scram.ScramClient.AwaitingSignature;
import dev.reveille.protocol.scram.ScramClient.ChallengeOutcome;
import dev.reveille.protocol.scram.ScramClient.Challenged;
import dev.reveille.protocol.scram.ScramClient.Failed;
import dev.reveille.protocol.scram.ScramClient.Secret;
import dev.reveille.protocol.scram.ScramClient.Verified;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramClientTest {

    private static final String PLAIN = "SCRAM-SHA-256";
    private static final String PLUS = "SCRAM-SHA-256-PLUS";
    private static final Secret KEYS =
            new Secret.Keys(new ScramKeys(Vectors.CLIENT_KEY, verifier().serverKey()));
    private static final Secret PASSWORD = new Secret.Password(bytes(Vectors.PASSWORD));

    static List<Secret> secrets() {
        return List.of(KEYS, PASSWORD);
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void aLoginSaysWhatTheServerWantsToHear(Secret secret) {
        // Given
        AwaitingChallenge client = begin(List.of(PLAIN), UNBOUND, secret);

        // When
        ChallengeOutcome outcome = client.hear(bytes(SERVER_FIRST));

        // Then
        assertThat(client.toSay()).isEqualTo(new SaslInitialResponse(PLAIN, bytes(Vectors.CLIENT_FIRST)));
        assertThat(((Challenged) outcome).toSay()).isEqualTo(new SaslResponse(bytes(Vectors.CLIENT_FINAL)));
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void aLoginBoundToTheChannelSaysWhatTheServerWantsToHear(Secret secret) {
        AwaitingChallenge client = begin(List.of(PLAIN, PLUS), BOUND, secret);

        assertThat(client.toSay()).isEqualTo(new SaslInitialResponse(PLUS, bytes(Vectors.PLUS_CLIENT_FIRST)));
        assertThat(((Challenged) client.hear(bytes(SERVER_FIRST))).toSay())
                .isEqualTo(new SaslResponse(bytes(Vectors.PLUS_CLIENT_FINAL)));
    }

    @Test
    void aServerThatKnowsTheSecretIsVerified() {
        assertThat(awaitingSignature().hear(bytes(SERVER_FINAL))).isEqualTo(new Verified());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v=",
                "v=AAAA",
                "v=uinEO6EPozgQG0iGnBOWARMG+KOixdulLE0tlSEFK9A=", // of another exchange
                "x=xAf/n8tD8pG1z5UcthavYtlFPRbpXfoNC2a5pEpHd9Q=",
                "e=invalid-proof"
            })
    void aServerThatDoesNotSignTheExchangeFails(String message) {
        assertThat(awaitingSignature().hear(bytes(message))).isInstanceOf(Failed.class);
    }

    @Test
    void bindingThatWeCouldDoButIsNotOfferedIsTold() {
        assertThat(begin(List.of(PLAIN), BOUND, KEYS).toSay().data()).isEqualTo(bytes("y,,n=," + "r=" + CLIENT_NONCE));
    }

    @Test
    void bindingThatIsOfferedButWeCannotDoIsLeftOut() {
        assertThat(begin(List.of(PLUS, PLAIN), UNBOUND, KEYS).toSay().mechanism())
                .isEqualTo(PLAIN);
    }

    @Test
    void aServerThatOffersNothingWeSpeakIsNotAnswered() {
        assertThat(ScramClient.begin(List.of("OAUTHBEARER"), BOUND, KEYS, CLIENT_NONCE))
                .isEmpty();
        assertThat(ScramClient.begin(List.of(PLUS), UNBOUND, KEYS, CLIENT_NONCE))
                .isEmpty();
        assertThat(ScramClient.begin(List.of(), UNBOUND, KEYS, CLIENT_NONCE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "r=abcdefghijklmnopqrstuvwxYZ",
                "r=abcdefghijklmnopqrstuvwxYZ,s=AAEC",
                "r=abcdefghijklmnopqrstuvwxYZ,i=4096,s=AAEC",
                "m=x,r=abcdefghijklmnopqrstuvwxYZ,s=AAEC,i=4096",
                "r=abcdefghijklmnopqrstuvwx,s=AAEC,i=4096", // our nonce alone
                "r=abcdefghijklmnopqrstuvwYZ,s=AAEC,i=4096", // another nonce
                "r=abcdefghijklmnopqrstuvwxYZ,s=,i=4096",
                "r=abcdefghijklmnopqrstuvwxYZ,s=A,i=4096",
                "r=abcdefghijklmnopqrstuvwxYZ,s=AAEC,i=",
                "r=abcdefghijklmnopqrstuvwxYZ,s=AAEC,i=0",
                "r=abcdefghijklmnopqrstuvwxYZ,s=AAEC,i=-1",
                "r=abcdefghijklmnopqrstuvwxYZ,s=AAEC,i=1000001",
                "r=abcdefghijklmnopqrstuvwxYZ,s=AAEC,i=4294967297",
                "r=abcdefghijklmnopqrstuvwxYZ,s=AAEC,i=99999999999999999999",
                "r=abcdefghijklmnopqrstuvwxYZ,s=AAEC,i=4096,"
            })
    void aChallengeThatBreaksTheRulesFails(String message) {
        assertThat(begin(List.of(PLAIN), UNBOUND, PASSWORD).hear(bytes(message)))
                .isInstanceOf(Failed.class);
    }

    @Test
    void ourClientLogsInToOurServer() {
        Random random = new Random(4_669_201);
        for (int round = 0; round < 100; round++) {
            // Given
            byte[] salt = new byte[1 + random.nextInt(32)];
            random.nextBytes(salt);
            byte[] password = new byte[random.nextInt(80)];
            random.nextBytes(password);
            withoutNul(password);
            ScramVerifier verifier = ScramVerifier.ofPassword(
                    ByteString.fromArray(password), ByteString.fromArray(salt), 1 + random.nextInt(20));
            ChannelBinding binding = random.nextBoolean() ? BOUND : UNBOUND;
            AwaitingChallenge client = ScramClient.begin(
                            ScramServer.mechanisms(binding),
                            binding,
                            new Secret.Password(ByteString.fromArray(password)),
                            ScramNonce.fresh())
                    .orElseThrow();

            // When
            ScramServer.Challenged challenged = (ScramServer.Challenged)
                    new ScramServer.AwaitingFirst(verifier, binding, ScramNonce.fresh()).hear(client.toSay());
            Challenged answer = (Challenged) client.hear(challenged.toSay());
            ScramServer.Proven proven =
                    (ScramServer.Proven) challenged.next().hear(answer.toSay().data());

            // Then
            assertThat(answer.next().hear(proven.toSay())).isEqualTo(new Verified());
            assertThat(verifier.keysOf(ByteString.fromArray(password))).contains(proven.keys());
        }
    }

    @Test
    void aNonceIsFreshAndCanBeUsedByEitherSide() {
        String nonce = ScramNonce.fresh();

        assertThat(nonce).hasSize(24).isNotEqualTo(ScramNonce.fresh());
        assertThat(Grammar.isNonce(nonce)).isTrue();
    }

    @Test
    void aNonceThatWouldBreakTheMessageCannotBeUsed() {
        assertThatThrownBy(() -> ScramClient.begin(List.of(PLAIN), UNBOUND, KEYS, "a,b"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void secretsAreNotPrinted() {
        assertThat(begin(List.of(PLAIN), UNBOUND, PASSWORD).toString())
                .contains("Password[***]")
                .doesNotContain("99, 111, 114");
        assertThat(awaitingSignature()).hasToString("AwaitingSignature[***]");
    }

    private static void withoutNul(byte[] password) {
        for (int at = 0; at < password.length; at++) {
            password[at] = password[at] == 0 ? 1 : password[at];
        }
    }

    private static AwaitingChallenge begin(List<String> offered, ChannelBinding binding, Secret secret) {
        return ScramClient.begin(offered, binding, secret, CLIENT_NONCE).orElseThrow();
    }

    private static AwaitingSignature awaitingSignature() {
        return ((Challenged) begin(List.of(PLAIN), UNBOUND, KEYS).hear(bytes(SERVER_FIRST))).next();
    }
}
