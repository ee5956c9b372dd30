package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.COMPUTE;
import static dev.reveille.session.visit.TestHouse.COMPUTES_KEY;
import static dev.reveille.session.visit.TestHouse.PASSWORD;
import static dev.reveille.session.visit.TestHouse.READY;
import static dev.reveille.session.visit.TestHouse.STARTUP;
import static dev.reveille.session.visit.TestHouse.VERIFIER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.NegotiateProtocolVersion;
import dev.reveille.protocol.backend.NoticeResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.startup.GssEncRequest;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.SslRequest;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.access.AddressPattern;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the start-up packet to the first query, or to a refusal. */
class LoginTest {

    private static final ByteString OUR_DIGEST = ByteString.fromString("digest of Reveille's certificate");
    private static final ByteString COMPUTES_DIGEST = ByteString.fromString("digest of the compute's");

    private final TestHouse house = new TestHouse();

    @AfterEach
    void close() {
        house.close();
    }

    // ---- the way it should go ----

    @Test
    void aClientReachesItsSleepingComputeMessageByMessage() {
        // Given
        ScriptedClient client = house.visitor();

        // When the client comes in and proves who it is
        client.says(STARTUP);
        ScriptedClient.Proof proof = client.proves(PASSWORD);

        // Then its compute is woken and reached in its name
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        assertThat(compute.hearsStartup().parameters())
                .containsExactly(
                        Parameter.of("user", "app"),
                        Parameter.of("database", "shop"),
                        Parameter.of("options", "-c work_mem=8MB"));
        compute.letsIn(VERIFIER);

        // and what the compute says of itself is heard, with a key of ours in place of its own
        ParameterStatus status = ParameterStatus.of("TimeZone", "Europe/Berlin");
        NoticeResponse notice = new NoticeResponse(ErrorFields.of("NOTICE", "00000", "welcome"));
        compute.saysAtOnce(status, notice, COMPUTES_KEY, READY);
        client.isLetIn(proof);
        client.hears(status, notice);
        assertThat(client.hears(BackendKeyData.class)).isNotEqualTo(COMPUTES_KEY);
        client.hears(READY);

        // and then both talk to each other
        client.says(new Query("select 1"));
        assertThat(compute.hears(Query.class)).isEqualTo(new Query("select 1"));
        compute.says(READY);
        client.hears(READY);
        client.says(new Terminate());
        compute.hears(Terminate.class);
        compute.end().hangsUp();
        client.end().hearsTheEnd();
        house.isEmpty();
        assertThat(house.usage.book()).containsExactly("began blue", "ended blue");
        assertThat(house.cancelKeys.size()).isZero();
    }

    @Test
    void theClientHearsNothingOfItsWelcomeBeforeItsComputeIsReady() {
        // Given
        ScriptedClient client = house.proven();
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();

        // When
        compute.letsIn(VERIFIER);
        compute.says(ParameterStatus.of("TimeZone", "UTC"), COMPUTES_KEY);
        house.holdsKeys(1);
        client.end().settles();

        // Then
        assertThat(client.end().unheard()).isEqualTo(ByteString.emptyByteString());
    }

    @Test
    void aComputeThatIsAwakeIsReachedWithoutAskingTheControlPlane() {
        // Given
        house.relaying();

        // When
        house.relaying();

        // Then
        assertThat(house.controlPlane.wakeCalls()).isEqualTo(1);
        assertThat(house.controlPlane.accessCalls()).isEqualTo(1);
    }

    @Test
    void aClientInsideTlsBindsItsProofToOurCertificateAndOursToTheComputes() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.tls(Optional.of("blue.example.com"), Optional.of(OUR_DIGEST)));
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));

        // When
        ScriptedClient.Proof proof = client.proves(PASSWORD, new ChannelBinding.EndPoint(OUR_DIGEST));
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects(Optional.of(COMPUTES_DIGEST));
        compute.hearsStartup();
        compute.letsIn(VERIFIER, new ChannelBinding.EndPoint(COMPUTES_DIGEST));
        compute.greets(COMPUTES_KEY);

        // Then
        assertThat(proof.mechanisms()).containsExactly("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256");
        client.isLetIn(proof);
    }

    @Test
    void aClientBoundToSomebodyElsesCertificateIsRefused() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.tls(Optional.of("blue.example.com"), Optional.of(OUR_DIGEST)));
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));

        // When
        client.proves(PASSWORD, new ChannelBinding.EndPoint(ByteString.fromString("a man in the middle's")));

        // Then
        assertThat(client.isRefused().message()).isEqualTo("insecure connection: secure channel data mismatch");
    }

    // ---- versions ----

    @Test
    void aClientOfProtocol30GetsAKeyOfFourBytes() {
        // When
        TestHouse.Guests guests = house.relaying(TestHouse.clearText(), TestHouse.startup(ProtocolVersion.V3_0));

        // Then
        assertThat(guests.key().secretKey().size()).isEqualTo(4);
    }

    @Test
    void aClientOfProtocol32GetsALongKey() {
        // When
        TestHouse.Guests guests = house.relaying(TestHouse.clearText(), TestHouse.startup(ProtocolVersion.V3_2));

        // Then
        assertThat(guests.key().secretKey().size()).isBetween(32, 80);
    }

    @Test
    void aClientThatTriesAnImpossibleVersionHearsTheNewestOfOursFirst() {
        // Given
        ScriptedClient client = house.visitor();

        // When
        client.says(ScriptedClient.startup(
                new ProtocolVersion(3, 9999),
                "user",
                "app",
                "_pq_.test_protocol_negotiation",
                "",
                "options",
                "endpoint=blue"));

        // Then
        client.hears(new NegotiateProtocolVersion(ProtocolVersion.V3_2, List.of("_pq_.test_protocol_negotiation")));
        client.proves(PASSWORD);
        house.controlPlane.isToWake();
    }

    // ---- wrong passwords ----

    @Test
    void aWrongPasswordIsRefusedWithTheSessionsId() {
        // Given
        ScriptedClient client = house.visitor();
        client.says(STARTUP);

        // When
        client.proves("guess");

        // Then
        ErrorFields error = client.isRefused();
        assertThat(error.severity()).isEqualTo("FATAL");
        assertThat(error.sqlState()).isEqualTo("28P01");
        assertThat(error.message()).isEqualTo("password authentication failed for user 'app'");
        assertThat(error.text(ErrorFields.DETAIL).orElseThrow()).matches("Session [0-9a-f-]{36}\\.");
        house.isEmpty();
        assertThat(house.usage.book())
                .as("no compute is used for a wrong password")
                .isEmpty();
        assertThat(house.controlPlane.wakeCalls()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"endpoint=blue", "endpoint=unknown"})
    void aRoleOrAnEndpointThatDoesNotExistLooksLikeAWrongPassword(String options) {
        // Given
        Refusal known = refusal("app", "endpoint=blue");

        // When
        Refusal unknown = refusal("nobody", options);

        // Then
        assertThat(unknown).isEqualTo(known);
    }

    @Test
    void aRoleThatDoesNotExistIsChallengedWithTheSameSaltAtEveryTry() {
        // Given
        Pattern salt = Pattern.compile("s=([^,]+)");

        // When
        var first = salt.matcher(challenge("nobody"));
        var second = salt.matcher(challenge("nobody"));
        var other = salt.matcher(challenge("somebody"));

        // Then
        assertThat(first.find() && second.find() && other.find()).isTrue();
        assertThat(second.group(1)).isEqualTo(first.group(1));
        assertThat(other.group(1)).isNotEqualTo(first.group(1));
    }

    /** All that a stranger can see of a refusal, but for the name of the role. */
    private record Refusal(List<String> mechanisms, int challengeLength, String iterations, String error) {}

    private Refusal refusal(String role, String options) {
        ScriptedClient client = house.visitor();
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", role, "options", options));
        ScriptedClient.Proof proof = client.proves("guess");
        ErrorFields error = client.isRefused();
        String visible = error.fields().toString().replace(role, "ROLE").replaceAll("Session [0-9a-f-]{36}", "Session");
        String challenge = proof.challenge();
        return new Refusal(
                proof.mechanisms(), challenge.length(), challenge.substring(challenge.lastIndexOf(",i=")), visible);
    }

    private String challenge(String role) {
        ScriptedClient client = house.visitor();
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", role, "options", "endpoint=blue"));
        return client.proves("guess").challenge();
    }

    // ---- who may not come in at all ----

    @Test
    void aClientFromAForbiddenAddressIsRefusedBeforeItsPasswordIsHeard() {
        // Given
        house.controlPlane.knows(
                "blue",
                "app",
                new AccessControl(
                        Optional.of(VERIFIER), List.of(AddressPattern.parse("192.0.2.1")), List.of(), false, false));
        ScriptedClient client = house.visitor();

        // When
        client.says(STARTUP);

        // Then
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("28000");
        assertThat(error.message()).startsWith("This IP address 127.0.0.1 is not allowed");
    }

    @Test
    void whatIsNoStartUpPacketIsAnsweredWithSilence() {
        // Given
        ScriptedClient client = house.visitor();

        // When
        client.end().says(ByteString.fromString("GET / HTTP/1.1\r\n\r\n"));

        // Then
        client.end().hearsTheEnd();
        house.isEmpty();
    }

    @Test
    void aRequestForEncryptionInsideEncryptionIsAnsweredWithSilence() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.tls(Optional.empty(), Optional.empty()));

        // When
        client.says(new SslRequest());

        // Then
        client.end().hearsTheEnd();
    }

    @Test
    void insideAWebSocketEncryptionIsDeclinedOnceForEachKind() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.webSocket());

        // When
        client.says(new SslRequest());
        client.end().hears(ByteString.fromString("N"));
        client.says(new GssEncRequest());
        client.end().hears(ByteString.fromString("N"));
        client.says(new SslRequest());

        // Then
        client.end().hearsTheEnd();
    }
}
