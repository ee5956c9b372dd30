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
import dev.reveille.protocol.backend.AuthenticationMd5Password;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.compute.ControlPlaneFailure;
import dev.reveille.session.compute.DialFailure.Reason;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Computes that cannot be woken, reached or logged in to: what is tried again, and what the client hears. */
class ComputeTroubleTest {

    private static final Compute ELSEWHERE =
            new Compute(new ComputeAddress("compute-2", 5433), ComputeTls.DISABLED, false);

    private final TestHouse house = new TestHouse();
    private ScriptedClient client;
    private ScriptedClient.Proof proof;

    @BeforeEach
    void aClientWaitsForItsCompute() {
        client = house.visitor();
        client.says(STARTUP);
        proof = client.proves(PASSWORD);
    }

    @AfterEach
    void close() {
        house.close();
    }

    // ---- waking ----

    @Test
    void aWakeThatFailsIsReportedBehindTheWelcome() {
        // When
        house.controlPlane
                .isToWake()
                .answer()
                .completeExceptionally(new ControlPlaneFailure(
                        "quota exceeded for project 7",
                        "Control plane request failed: endpoint is disabled",
                        false,
                        Optional.empty()));

        // Then
        client.isLetIn(proof);
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("08006");
        assertThat(error.message()).isEqualTo("Control plane request failed: endpoint is disabled");
        assertThat(error.toString()).doesNotContain("quota");
        theUseIsEndedOnce();
    }

    // ---- dialling ----

    @Test
    void aStaleAddressIsReportedAndAnotherOneAskedFor() {
        // Given
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        house.dialer.isToDial().fails(Reason.BROKEN);

        // When
        house.controlPlane.isToWake().answer().complete(ELSEWHERE);
        var second = house.dialer.isToDial();
        serve(second.connects());

        // Then
        assertThat(second.address()).isEqualTo(ELSEWHERE.address());
        clientIsServed();
        assertThat(house.ready.spuriousHits()).isEqualTo(1);
    }

    @Test
    void aComputeThatStartsSlowlyIsDialledSixTimesAndThenGivenUp() {
        // Given
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        house.dialer.isToDial().fails(Reason.UNREACHABLE);
        house.controlPlane.isToWake().answer().complete(COMPUTE);

        // When
        for (int dial = 2; dial <= 6; dial++) {
            house.dialer.isToDialAfter(house.inSteps(Duration.ofMillis(200))).fails(Reason.UNREACHABLE);
        }

        // Then
        client.isLetIn(proof);
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("08001");
        assertThat(error.message()).isEqualTo("Couldn't connect to compute node");
        assertThat(house.dialer.attempts()).isEqualTo(6);
        assertThat(house.controlPlane.wakeCalls()).isEqualTo(2);
        theUseIsEndedOnce();
    }

    @Test
    void tooManyAttemptsAtOnceAreSaidToBeSo() {
        // When
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        house.dialer.isToDial().fails(Reason.NO_PERMIT);

        // Then
        client.isLetIn(proof);
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("53300");
        assertThat(error.message()).startsWith("Failed to acquire permit");
        assertThat(house.controlPlane.wakeCalls())
                .as("the address is not to blame")
                .isEqualTo(1);
    }

    // ---- logging in ----

    @Test
    void aStrangerAtTheOldAddressGivesASecondChance() {
        // Given
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute stranger = house.dialer.isToDial().connects();
        stranger.hearsStartup();
        stranger.refuses("28P01", "password authentication failed for user \"app\"");

        // When
        house.controlPlane.isToWake().answer().complete(ELSEWHERE);
        serve(house.dialer.isToDial().connects());

        // Then
        clientIsServed();
        assertThat(house.ready.spuriousHits()).isEqualTo(1);
        assertThat(house.cancelKeys.size()).isEqualTo(1);
    }

    @Test
    void thereIsNoThirdChance() {
        // Given
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute first = house.dialer.isToDial().connects();
        first.hearsStartup();
        first.refuses("28P01", "no");
        house.controlPlane.isToWake().answer().complete(ELSEWHERE);

        // When
        ScriptedCompute second = house.dialer.isToDial().connects();
        second.hearsStartup();
        second.refuses("28P01", "still no");

        // Then
        client.isLetIn(proof);
        assertThat(client.isRefused().message()).isEqualTo("still no");
        assertThat(house.controlPlane.wakeCalls()).isEqualTo(2);
        theUseIsEndedOnce();
    }

    @Test
    void aComputeThatHangsUpDuringTheLoginGivesASecondChanceToo() {
        // Given
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute first = house.dialer.isToDial().connects();
        first.hearsStartup();
        first.end().hangsUp();

        // When
        house.controlPlane.isToWake().answer().complete(ELSEWHERE);
        serve(house.dialer.isToDial().connects());

        // Then
        clientIsServed();
    }

    @Test
    void whatTheFirstComputeSaidOfItselfIsForgottenAtTheSecond() {
        // Given
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute first = house.dialer.isToDial().connects();
        first.hearsStartup();
        first.letsIn(VERIFIER);
        first.says(ParameterStatus.of("server_version", "9.6"), COMPUTES_KEY);
        first.end().hangsUp();

        // When
        house.controlPlane.isToWake().answer().complete(ELSEWHERE);
        serve(house.dialer.isToDial().connects());

        // Then
        clientIsServed();
        assertThat(house.cancelKeys.size()).as("only the second key is out").isEqualTo(1);
    }

    @Test
    void aRefusalAfterWeWereLetInIsTheClientsAffairAndPassesThroughWhole() {
        // Given
        ErrorResponse error = new ErrorResponse(ErrorFields.of("FATAL", "3D000", "database \"shop\" does not exist")
                .withDetail("It seems to have just been dropped or renamed.")
                .withHint("none"));
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();

        // When: all in one breath, and the connection closed behind it, as PostgreSQL does
        compute.saysAtOnce(new AuthenticationOk(), ParameterStatus.of("TimeZone", "UTC"), error);
        compute.end().hangsUp();

        // Then
        client.isLetIn(proof);
        client.hears(ParameterStatus.of("TimeZone", "UTC"));
        client.hears(error);
        client.end().hearsTheEnd();
        assertThat(house.controlPlane.wakeCalls()).isEqualTo(1);
        theUseIsEndedOnce();
    }

    @Test
    void aFullComputeIsNotAskedTwice() {
        // Given
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();

        // When
        compute.refuses("53300", "sorry, too many clients already");

        // Then
        client.isLetIn(proof);
        assertThat(client.isRefused().sqlState()).isEqualTo("53300");
        assertThat(house.controlPlane.wakeCalls()).isEqualTo(1);
    }

    @Test
    void aComputeThatWantsAPasswordWeDoNotHaveIsExplainedAfterTheSecondTry() {
        // Given
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        for (int attempt = 0; attempt < 2; attempt++) {
            ScriptedCompute compute = house.dialer.isToDial().connects();
            compute.hearsStartup();
            compute.says(new AuthenticationMd5Password(ByteString.fromString("salt")));
            if (attempt == 0) {
                house.controlPlane.isToWake().answer().complete(ELSEWHERE);
            }
        }

        // Then
        client.isLetIn(proof);
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("28000");
        assertThat(error.message()).isEqualTo("authentication error: the database server does not accept this login");
    }

    @Test
    void aComputeThatTalksNonsenseIsExplainedAfterTheSecondTry() {
        // Given
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute first = house.dialer.isToDial().connects();
        first.hearsStartup();
        first.end().says(ByteString.fromString("HTTP/1.1 400 Bad Request\r\n\r\n"));
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute second = house.dialer.isToDial().connects();
        second.hearsStartup();

        // When
        second.end().says(ByteString.fromString("HTTP/1.1 400 Bad Request\r\n\r\n"));

        // Then
        client.isLetIn(proof);
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("08P01");
        assertThat(error.message()).isEqualTo("unexpected message from server");
    }

    @Test
    void aComputeWithoutACancelKeyIsServedWithoutOne() {
        // Given
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();

        // When
        compute.says(new AuthenticationOk(), READY);

        // Then
        client.isLetIn(proof);
        client.hears(READY);
        assertThat(house.cancelKeys.size()).isZero();
    }

    private void serve(ScriptedCompute compute) {
        compute.hearsStartup();
        compute.letsIn(VERIFIER);
        compute.greets(COMPUTES_KEY);
    }

    private void clientIsServed() {
        client.isLetIn(proof);
        client.hears(ParameterStatus.of("server_version", "18.0"));
        client.hears(BackendKeyData.class);
        client.hears(READY);
    }

    private void theUseIsEndedOnce() {
        house.isEmpty();
        assertThat(house.usage.book()).containsExactly("began blue", "ended blue");
    }
}
