package dev.reveille.session.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.AuthenticationSaslFinal;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.frontend.SaslResponse;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.SessionFailure;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SCRAM as messages, with the worked example of spec 01 §11.3. */
class ScramDialogueTest {

    private static final RoleName ROLE = new RoleName("app");
    private static final ScramVerifier VERIFIER = ScramVerifier.parse("SCRAM-SHA-256$4096:AAECAwQFBgcICQoLDA0ODw=="
                    + "$yERwYmHlx0VrpoYfOn54hMTjBUKWnmK42IDjnWgQWkk=:RQZr9F8QCYmmp35tAVzp0VB/kDwY283N+s24jDDliG4=")
            .orElseThrow();
    private static final String SERVER_NONCE = "ICEiIyQlJicoKSorLC0uLzAx";
    private static final String NONCE = "abcdefghijklmnopqrstuvwx";
    private static final String FIRST = "n,,n=,r=" + NONCE;
    private static final String FINAL =
            "c=biws,r=" + NONCE + SERVER_NONCE + ",p=7IZ/ibldmuY8Hm8AP6J4u+lhOMMDHwT4i3MTybRyxWs=";
    private static final ChannelBinding BOUND =
            new ChannelBinding.EndPoint(ByteString.fromArray(HexFormat.of().parseHex("aa".repeat(32))));
    private static final String VIOLATION = "authentication protocol violation";

    private final ScramDialogue dialogue =
            new ScramDialogue(ROLE, VERIFIER, new ChannelBinding.Unavailable(), SERVER_NONCE);
    private final ScramDialogue bound = new ScramDialogue(ROLE, VERIFIER, BOUND, SERVER_NONCE);

    // ---- how it should go ----

    @Test
    void aClientThatKnowsThePasswordIsProven() {
        // When
        BackendMessage offer = messages(dialogue.offer()).getFirst();
        ScramDialogue.Challenge challenge = (ScramDialogue.Challenge) dialogue.hear(first("SCRAM-SHA-256", FIRST));
        ScramDialogue.Proven proven = (ScramDialogue.Proven) dialogue.hear(last(FINAL));

        // Then
        assertThat(offer).isEqualTo(new AuthenticationSasl(List.of("SCRAM-SHA-256")));
        assertThat(messages(challenge.toSay()))
                .containsExactly(new AuthenticationSaslContinue(
                        ByteString.fromString("r=" + NONCE + SERVER_NONCE + ",s=AAECAwQFBgcICQoLDA0ODw==,i=4096")));
        assertThat(messages(proven.toSay()))
                .containsExactly(
                        new AuthenticationSaslFinal(
                                ByteString.fromString("v=xAf/n8tD8pG1z5UcthavYtlFPRbpXfoNC2a5pEpHd9Q=")),
                        new AuthenticationOk());
        assertThat(HexFormat.of().formatHex(proven.keys().clientKey().toArray()))
                .isEqualTo("ece2e593e39d83beee16071b53198b9c863af4e49cf296b5cdc831dbc885af75");
        assertThat(proven.keys().serverKey()).isEqualTo(VERIFIER.serverKey());
    }

    @Test
    void aClientThatBindsToTheChannelIsProven() {
        // When
        BackendMessage offer = messages(bound.offer()).getFirst();
        bound.hear(first("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,n=,r=" + NONCE));
        ScramDialogue.Step step =
                bound.hear(last("c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=,r="
                        + NONCE + SERVER_NONCE + ",p=tuNh1AFWr7AUlu/eBGwmKuSrr06Zes0xoGflwnRLKWk="));

        // Then
        assertThat(offer).isEqualTo(new AuthenticationSasl(List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")));
        assertThat(messages(((ScramDialogue.Proven) step).toSay()).getFirst())
                .isEqualTo(new AuthenticationSaslFinal(
                        ByteString.fromString("v=uinEO6EPozgQG0iGnBOWARMG+KOixdulLE0tlSEFK9A=")));
    }

    @Test
    void aClientThatCannotBindMayStayUnboundThoughBindingIsOffered() {
        // When
        bound.hear(first("SCRAM-SHA-256", FIRST));

        // Then
        assertThat(bound.hear(last(FINAL))).isInstanceOf(ScramDialogue.Proven.class);
    }

    @Test
    void aNameInTheFirstMessageIsOfNoImportance() {
        assertThat(dialogue.hear(first("SCRAM-SHA-256", "n,,n=somebody,r=" + NONCE)))
                .isInstanceOf(ScramDialogue.Challenge.class);
    }

    // ---- the password ----

    @Test
    void aWrongProofIsAWrongPassword() {
        // Given
        String wrong = Base64.getEncoder().encodeToString(new byte[32]);
        dialogue.hear(first("SCRAM-SHA-256", FIRST));

        // When
        ScramDialogue.Step step = dialogue.hear(last("c=biws,r=" + NONCE + SERVER_NONCE + ",p=" + wrong));

        // Then
        SessionFailure failure = refusal(step);
        assertThat(failure).isEqualTo(new SessionFailure.PasswordFailed(ROLE));
        assertThat(failure.sqlState()).isEqualTo("28P01");
        assertThat(failure.clientText()).isEqualTo("password authentication failed for user 'app'");
    }

    @Test
    void aMockVerifierAcceptsNoProofNotEvenOneMadeFromItself() {
        // Given
        ScramVerifier mock = new ScramVerifier(
                VERIFIER.iterations(), VERIFIER.salt(), VERIFIER.storedKey(), VERIFIER.serverKey(), true);
        ScramDialogue withMock = new ScramDialogue(ROLE, mock, new ChannelBinding.Unavailable(), SERVER_NONCE);
        withMock.hear(first("SCRAM-SHA-256", FIRST));

        // Then
        assertThat(refusal(withMock.hear(last(FINAL)))).isEqualTo(new SessionFailure.PasswordFailed(ROLE));
    }

    // ---- the first message, field by field ----

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SCRAM-SHA-256-PLUS|n,,n=,r=abc",
                "SCRAM-SHA-1|n,,n=,r=abc",
                "SCRAM-SHA-256|x,,n=,r=abc",
                "SCRAM-SHA-256|n,a=other,n=,r=abc",
                "SCRAM-SHA-256|n,,m=x,n=,r=abc",
                "SCRAM-SHA-256|n,,r=abc,n=",
                "SCRAM-SHA-256|n,,n=",
                "SCRAM-SHA-256|n,,n=,r=",
                "SCRAM-SHA-256|n,,n=,r=a bc",
                "SCRAM-SHA-256|n,,n=,r=abc,nonsense",
                "SCRAM-SHA-256|n",
                "SCRAM-SHA-256|p=tls-server-end-point,,n=,r=abc"
            })
    void aFirstMessageThatBreaksTheRulesIsAViolation(String mechanism, String message) {
        assertViolation(dialogue.hear(first(mechanism, message)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SCRAM-SHA-256|p=tls-server-end-point,,n=,r=abc|" + VIOLATION,
                "SCRAM-SHA-256-PLUS|n,,n=,r=abc|" + VIOLATION,
                "SCRAM-SHA-256|y,,n=,r=abc|SCRAM-PLUS not used",
                "SCRAM-SHA-256-PLUS|y,,n=,r=abc|SCRAM-PLUS not used",
                "SCRAM-SHA-256-PLUS|p=tls-unique,,n=,r=abc|unsupported channel binding method tls-unique"
            })
    void whereBindingIsOfferedTheFlagMustFit(String mechanism, String message, String text) {
        // When
        SessionFailure failure = refusal(bound.hear(first(mechanism, message)));

        // Then
        assertThat(failure.clientText()).isEqualTo(text);
        assertThat(failure.sqlState()).isEqualTo("08P01");
    }

    @Test
    void aFirstMessageThatIsNotUtf8IsAViolation() {
        assertViolation(dialogue.hear(new SaslInitialResponse(
                        "SCRAM-SHA-256",
                        ByteString.fromString("n,,n=")
                                .concat(ByteString.fromInts(0xFF))
                                .concat(ByteString.fromString(",r=a")))
                .frame()));
    }

    @Test
    void aFirstMessageWithoutDataIsAViolation() {
        // Given
        ByteString body = ByteString.fromString("SCRAM-SHA-256\0").concat(ByteString.fromInts(0xFF, 0xFF, 0xFF, 0xFF));

        // Then
        assertViolation(dialogue.hear(new Frame(SaslInitialResponse.TAG, body)));
    }

    @Test
    void aFirstMessageWithMoreDataThanItSaysIsAViolation() {
        // Given
        ByteString body = first("SCRAM-SHA-256", FIRST).body().concat(ByteString.fromString("x"));

        // Then
        assertViolation(dialogue.hear(new Frame(SaslInitialResponse.TAG, body)));
    }

    // ---- the last message, field by field ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws",
                "c=biws,r=NONCE",
                "c=biws,r=NONCE,p=",
                "c=biws,r=NONCE,p=not base64",
                "c=biws,r=NONCE,p=AAAA",
                "r=NONCE,c=biws,p=PROOF",
                "c=biws,r=abcdefghijklmnopqrstuvwx,p=PROOF",
                "c=biws,r=NONCEx,p=PROOF",
                "c=biws,r=NONCE,nonsense,p=PROOF"
            })
    void aLastMessageThatBreaksTheRulesIsAViolation(String message) {
        // Given
        String proof = Base64.getEncoder().encodeToString(new byte[32]);
        dialogue.hear(first("SCRAM-SHA-256", FIRST));

        // Then
        assertViolation(dialogue.hear(
                last(message.replace("NONCE", NONCE + SERVER_NONCE).replace("PROOF", proof))));
    }

    @Test
    void aClientThatIsBoundToAnotherChannelIsTold() {
        // Given
        dialogue.hear(first("SCRAM-SHA-256", FIRST));

        // When
        SessionFailure failure = refusal(dialogue.hear(last(FINAL.replace("c=biws", "c=eSws"))));

        // Then
        assertThat(failure.clientText()).isEqualTo("insecure connection: secure channel data mismatch");
        assertThat(failure.sqlState()).isEqualTo("08P01");
    }

    @Test
    void anotherMessageInTheMiddleOfTheExchangeIsAViolation() {
        assertViolation(dialogue.hear(new Query("select 1").frame()));
    }

    @Test
    void whatTheLogLearnsOfAViolationIsNoContent() {
        // When
        SessionFailure failure = refusal(dialogue.hear(first("SCRAM-SHA-256", "a secret in the wrong place")));

        // Then
        assertThat(failure.logText()).doesNotContain("secret");
        assertThat(failure.toString()).doesNotContain("secret");
    }

    private static Frame first(String mechanism, String message) {
        return new SaslInitialResponse(mechanism, ByteString.fromString(message)).frame();
    }

    private static Frame last(String message) {
        return new SaslResponse(ByteString.fromString(message)).frame();
    }

    private static SessionFailure refusal(ScramDialogue.Step step) {
        assertThat(step).isInstanceOf(ScramDialogue.Refused.class);
        return ((ScramDialogue.Refused) step).failure();
    }

    private static void assertViolation(ScramDialogue.Step step) {
        SessionFailure failure = refusal(step);
        assertThat(failure.clientText()).isEqualTo(VIOLATION);
        assertThat(failure.sqlState()).isEqualTo("08P01");
        assertThat(failure.blame()).isEqualTo(SessionFailure.Blame.CLIENT);
    }

    private static List<BackendMessage> messages(ByteString bytes) {
        List<BackendMessage> messages = new ArrayList<>();
        ByteString left = bytes;
        while (left.nonEmpty()) {
            var whole = (Decoded.Complete<Frame>) Frame.next(left, 10_000);
            messages.add(BackendMessage.decode(whole.value()));
            left = whole.rest();
        }
        return messages;
    }
}
