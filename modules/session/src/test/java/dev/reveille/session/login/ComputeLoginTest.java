package dev.reveille.session.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationMd5Password;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationOther;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.AuthenticationSaslFinal;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.NegotiateProtocolVersion;
import dev.reveille.protocol.backend.NoticeResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.frontend.SaslResponse;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramServer;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.SessionId;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeLoginTest {

    private static final ByteString PASSWORD = ByteString.fromString("correct horse");
    private static final ScramVerifier VERIFIER =
            ScramVerifier.ofPassword(PASSWORD, ByteString.fromString("0123456789abcdef"), 4096);
    private static final ScramVerifier OTHER_VERIFIER =
            ScramVerifier.ofPassword("battery staple", ByteString.fromString("0123456789abcdef"), 4096);
    private static final ChannelBinding BOUND =
            new ChannelBinding.EndPoint(ByteString.fromString("a certificate's digest"));
    private static final StartupMessage STARTUP =
            new StartupMessage(ProtocolVersion.V3_0, List.of(Parameter.of("user", "app")));
    private static final AuthenticationSasl OFFER = new AuthenticationSasl(List.of("SCRAM-SHA-256"));
    private static final AuthenticationSasl PLUS_OFFER =
            new AuthenticationSasl(List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"));
    private static final BackendKeyData KEY = new BackendKeyData(4711, ByteString.fromInts(1, 2, 3, 4));
    private static final ReadyForQuery READY = new ReadyForQuery(TransactionStatus.IDLE);
    private static final String SERVER_NONCE = "ICEiIyQlJicoKSorLC0uLzAx";

    private final ComputeLogin login = login(new ChannelBinding.Unavailable());

    // ---- how it should go ----

    @Test
    void theStartUpMessageOpensTheLogin() {
        assertThat(login.open()).isEqualTo(STARTUP.encode());
    }

    @Test
    void aComputeThatTrustsUsNeedsNoProof() {
        assertThat(hear(login, new AuthenticationOk())).isEqualTo(new ComputeLogin.Listen());
        assertThat(hear(login, READY)).isEqualTo(new ComputeLogin.Ready(READY.encode()));
    }

    @Test
    void theKeysProveWhoWeAre() {
        assertThat(scram(login, OFFER, new ChannelBinding.Unavailable(), VERIFIER))
                .isEqualTo(new ComputeLogin.Listen());
        assertThat(hear(login, new AuthenticationOk())).isEqualTo(new ComputeLogin.Listen());
        assertThat(hear(login, READY)).isInstanceOf(ComputeLogin.Ready.class);
    }

    @Test
    void theProofIsBoundToTheComputesCertificateWhereBothSidesCan() {
        // Given
        ComputeLogin bound = login(BOUND);

        // Then
        assertThat(scram(bound, PLUS_OFFER, BOUND, VERIFIER)).isEqualTo(new ComputeLogin.Listen());
    }

    @Test
    void whatTheComputeSaysOfItselfIsPassedOnAsItCame() {
        // Given
        ParameterStatus status = ParameterStatus.of("TimeZone", "Europe/Berlin");
        NoticeResponse notice = new NoticeResponse(ErrorFields.of("NOTICE", "00000", "welcome"));
        hear(login, new AuthenticationOk());

        // Then
        assertThat(hear(login, status)).isEqualTo(new ComputeLogin.PassOn(status.encode()));
        assertThat(hear(login, notice)).isEqualTo(new ComputeLogin.PassOn(notice.encode()));
        assertThat(hear(login, KEY)).isEqualTo(new ComputeLogin.KeyGiven(KEY));
        assertThat(hear(login, READY)).isEqualTo(new ComputeLogin.Ready(READY.encode()));
    }

    @Test
    void aNoticeMayComeBeforeWeAreLetIn() {
        // Given
        NoticeResponse notice = new NoticeResponse(ErrorFields.of("WARNING", "01000", "password will expire"));

        // Then
        assertThat(hear(login, notice)).isEqualTo(new ComputeLogin.PassOn(notice.encode()));
    }

    @Test
    void aParameterThatIsNotUtf8IsPassedOnToo() {
        // Given
        ParameterStatus status = new ParameterStatus("application_name", ByteString.fromInts('m', 0xFC, 'd'));
        hear(login, new AuthenticationOk());

        // Then
        assertThat(hear(login, status)).isEqualTo(new ComputeLogin.PassOn(status.encode()));
    }

    @Test
    void aComputeThatNegotiatesTheVersionIsHeardOut() {
        assertThat(hear(login, new NegotiateProtocolVersion(ProtocolVersion.V3_0, List.of())))
                .isEqualTo(new ComputeLogin.Listen());
    }

    // ---- what we cannot or must not do ----

    @Test
    void aComputeWithAnotherSecretIsNotBelieved() {
        // Given
        Challenge challenge =
                challenge((ComputeLogin.Say) hear(login, OFFER), new ChannelBinding.Unavailable(), OTHER_VERIFIER);
        hear(login, challenge.message());

        // Then
        assertImpossible(hear(
                login,
                new AuthenticationSaslFinal(ByteString.fromString("v=xAf/n8tD8pG1z5UcthavYtlFPRbpXfoNC2a5pEpHd9Q="))));
    }

    @Test
    void aComputeThatRefusesTheProofInScramsOwnWordsIsUnderstood() {
        // Given
        Challenge challenge =
                challenge((ComputeLogin.Say) hear(login, OFFER), new ChannelBinding.Unavailable(), VERIFIER);
        hear(login, challenge.message());

        // Then
        assertImpossible(hear(login, new AuthenticationSaslFinal(ByteString.fromString("e=invalid-proof"))));
    }

    @ParameterizedTest
    @MethodSource("methodsThatAreNotOurs")
    void aComputeThatWantsAnythingButScramIsNotServed(BackendMessage request) {
        assertImpossible(hear(login, request));
    }

    static Stream<BackendMessage> methodsThatAreNotOurs() {
        return Stream.of(
                new AuthenticationCleartextPassword(),
                new AuthenticationMd5Password(ByteString.fromString("salt")),
                new AuthenticationOther(7),
                new AuthenticationSasl(List.of("SCRAM-SHA-512")),
                new AuthenticationSasl(List.of()));
    }

    @Test
    void aChallengeThatDoesNotExtendOurNonceIsNotAnswered() {
        // Given
        hear(login, OFFER);

        // Then
        assertImpossible(
                hear(login, new AuthenticationSaslContinue(ByteString.fromString("r=somebodyelses,s=QUFB,i=4096"))));
    }

    @Test
    void aChallengeWithEndlessIterationsIsNotAnswered() {
        // Given
        ComputeLogin.Say first = (ComputeLogin.Say) hear(login, OFFER);
        String nonce = nonce(first);

        // Then
        assertImpossible(hear(
                login, new AuthenticationSaslContinue(ByteString.fromString("r=" + nonce + "x,s=QUFB,i=4294967295"))));
    }

    @Test
    void aComputeThatLetsUsInWithoutProvingThatItKnowsTheSecretIsNotBelieved() {
        // Given
        hear(login, OFFER);

        // Then
        assertBabble(hear(login, new AuthenticationOk()));
    }

    @Test
    void aComputeThatSkipsItsSignatureIsNotBelieved() {
        // Given
        ComputeLogin.Say first = (ComputeLogin.Say) hear(login, OFFER);
        hear(login, challenge(first, new ChannelBinding.Unavailable(), VERIFIER).message());

        // Then
        assertBabble(hear(login, new AuthenticationOk()));
    }

    @ParameterizedTest
    @MethodSource("messagesOutOfPlace")
    void whatNoServerSaysAtThisPointEndsTheLogin(BackendMessage message) {
        assertBabble(hear(login, message));
    }

    static Stream<BackendMessage> messagesOutOfPlace() {
        return Stream.of(
                KEY,
                READY,
                new CommandComplete("SELECT 1"),
                new AuthenticationSaslContinue(ByteString.fromString("r=x,s=QUFB,i=4096")),
                new AuthenticationSaslFinal(ByteString.fromString("v=QUFB")));
    }

    @Test
    void aSecondWelcomeIsOutOfPlace() {
        // Given
        hear(login, new AuthenticationOk());

        // Then
        assertBabble(hear(login, new AuthenticationOk()));
        assertBabble(hear(login, OFFER));
    }

    @Test
    void aMalformedMessageEndsTheLogin() {
        assertBabble(login.hear(new Frame((byte) 'R', ByteString.fromInts(0, 0))));
        assertBabble(login.hear(new Frame((byte) '~', ByteString.emptyByteString())));
    }

    // ---- refusals ----

    @ParameterizedTest
    @ValueSource(strings = {"53300", "53200", "42601", "40001", "3D000", "3F000", "22023"})
    void someRefusalsProveThatItWasTheRightCompute(String sqlState) {
        assertThat(refused(sqlState, "no").mayBeElsewhere()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "28000", "57P03", "08006", "08000", "08003", "08001", "08P01", "XX000"})
    void otherRefusalsMayComeFromAnotherCompute(String sqlState) {
        assertThat(refused(sqlState, "no").mayBeElsewhere()).isTrue();
    }

    @Test
    void aFullPoolerIsTheRightOne() {
        assertThat(refused("08P01", "FATAL: no more connections allowed (max_client_conn)")
                        .mayBeElsewhere())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"28000", "57P03", "3D000"})
    void whatIsRefusedAfterWeWereLetInIsMeant(String sqlState) {
        // Given
        hear(login, new AuthenticationOk());

        // Then
        assertThat(refused(sqlState, "no").mayBeElsewhere()).isFalse();
    }

    @Test
    void theComputesOwnErrorPassesThroughWhole() {
        // Given
        ErrorResponse error = new ErrorResponse(ErrorFields.of("FATAL", "53300", "sorry, too many clients already")
                .withDetail("some detail")
                .withHint("some hint"));

        // When
        ComputeLogin.Failed failed = (ComputeLogin.Failed) hear(login, error);

        // Then
        assertThat(failed.failure()).isEqualTo(new SessionFailure.ComputeRefused(error));
        assertThat(failed.failure().response(SessionId.random())).isEqualTo(error);
        assertThat(failed.failure().blame()).isEqualTo(SessionFailure.Blame.COMPUTE);
    }

    private ComputeLogin.Failed refused(String sqlState, String text) {
        return (ComputeLogin.Failed) hear(login, new ErrorResponse(ErrorFields.of("FATAL", sqlState, text)));
    }

    private record Challenge(ScramServer.AwaitingProof next, BackendMessage message) {}

    private static Challenge challenge(ComputeLogin.Say first, ChannelBinding binding, ScramVerifier verifier) {
        SaslInitialResponse response = SaslInitialResponse.decode(body(first));
        var challenged =
                (ScramServer.Challenged) new ScramServer.AwaitingFirst(verifier, binding, SERVER_NONCE).hear(response);
        return new Challenge(challenged.next(), new AuthenticationSaslContinue(challenged.toSay()));
    }

    /** The whole exchange with a compute that keeps {@code verifier}; what the login makes of its signature. */
    private static ComputeLogin.Step scram(
            ComputeLogin login, AuthenticationSasl offer, ChannelBinding binding, ScramVerifier verifier) {
        Challenge challenge = challenge((ComputeLogin.Say) hear(login, offer), binding, verifier);
        ComputeLogin.Say proof = (ComputeLogin.Say) hear(login, challenge.message());
        var proven = (ScramServer.Proven)
                challenge.next().hear(SaslResponse.decode(body(proof)).data());
        return hear(login, new AuthenticationSaslFinal(proven.toSay()));
    }

    private static ComputeLogin login(ChannelBinding binding) {
        return new ComputeLogin(STARTUP, VERIFIER.keysOf(PASSWORD).orElseThrow(), binding, "abcdefghijklmnopqrstuvwx");
    }

    private static ComputeLogin.Step hear(ComputeLogin login, BackendMessage message) {
        return login.hear(message.frame());
    }

    private static String nonce(ComputeLogin.Say first) {
        String text = SaslInitialResponse.decode(body(first)).data().utf8String();
        return text.substring(text.indexOf("r=") + 2);
    }

    private static ByteString body(ComputeLogin.Say say) {
        return ((Decoded.Complete<Frame>) Frame.next(say.toCompute(), 10_000))
                .value()
                .body();
    }

    private static void assertImpossible(ComputeLogin.Step step) {
        assertThat(step).isInstanceOf(ComputeLogin.Failed.class);
        ComputeLogin.Failed failed = (ComputeLogin.Failed) step;
        assertThat(failed.failure()).isInstanceOf(SessionFailure.ComputeLoginImpossible.class);
        assertThat(failed.failure().sqlState()).isEqualTo("28000");
        assertThat(failed.mayBeElsewhere()).isTrue();
    }

    private static void assertBabble(ComputeLogin.Step step) {
        assertThat(step).isInstanceOf(ComputeLogin.Failed.class);
        ComputeLogin.Failed failed = (ComputeLogin.Failed) step;
        assertThat(failed.failure()).isInstanceOf(SessionFailure.ComputeBabbled.class);
        assertThat(failed.failure().clientText()).isEqualTo("unexpected message from server");
    }
}
