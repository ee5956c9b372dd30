package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.COMPUTE;
import static dev.reveille.session.visit.TestHouse.COMPUTES_KEY;
import static dev.reveille.session.visit.TestHouse.PASSWORD;
import static dev.reveille.session.visit.TestHouse.STARTUP;
import static dev.reveille.session.visit.TestHouse.VERIFIER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.session.compute.DialFailure;
import dev.reveille.session.fakes.ScriptedDialer;
import java.time.Duration;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that go in the middle of something: all that was begun for them is ended, once. */
class LeavingEarlyTest {

    private final TestHouse house = new TestHouse();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void beforeItsFirstWord() {
        // Given
        ScriptedClient client = house.visitor();

        // When
        client.end().finishes();

        // Then
        client.end().hearsTheEnd();
        nothingIsOwed();
    }

    @Test
    void whileTheControlPlaneThinks() {
        // Given
        house.controlPlane.holdsBack();
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        house.controlPlane.isAsked();

        // When
        client.end().hangsUp();

        // Then
        nothingIsOwed();
    }

    @Test
    void whileItIsToProveItself() {
        // Given
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        client.hears(AuthenticationSasl.class);

        // When
        client.end().hangsUp();

        // Then
        nothingIsOwed();
    }

    @Test
    void whileItsPasswordIsChecked() {
        try (TestHouse overworked = new TestHouse(0)) {
            // Given
            ScriptedClient client = overworked.visitor(TestHouse.webSocket());
            client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
            client.hears(new AuthenticationCleartextPassword());
            client.says(new PasswordMessage(ByteString.fromString(PASSWORD)));

            // When
            client.end().hangsUp();

            // Then
            overworked.isEmpty();
        }
    }

    @Test
    void whileItsComputeWakes() {
        // Given
        ScriptedClient client = house.proven();
        var wake = house.controlPlane.isToWake();

        // When
        client.end().hangsUp();
        house.isEmpty();
        wake.answer().complete(COMPUTE);

        // Then
        theUseIsEndedOnce();
        assertThat(house.dialer.attempts())
                .as("nobody is dialled for who has left")
                .isZero();
    }

    @Test
    void whileItsComputeIsDialledAndTheConnectionComesTooLate() {
        // Given
        ScriptedClient client = house.proven();
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedDialer.Attempt attempt = house.dialer.isToDial();

        // When
        client.end().hangsUp();
        house.isEmpty();
        attempt.connects();

        // Then
        attempt.isClosed();
        theUseIsEndedOnce();
    }

    @Test
    void duringAPauseBetweenTwoAttemptsToDial() {
        // Given
        ScriptedClient client = house.proven();
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        house.dialer.isToDial().fails(DialFailure.Reason.UNREACHABLE);
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        house.dialer.isToDial().fails(DialFailure.Reason.UNREACHABLE);

        // When
        client.end().hangsUp();
        house.isEmpty();
        house.timePasses(Duration.ofSeconds(10));

        // Then
        theUseIsEndedOnce();
        assertThat(house.dialer.attempts()).isEqualTo(2);
    }

    @Test
    void duringTheLoginAtItsCompute() {
        // Given
        ScriptedClient client = house.proven();
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();
        compute.letsIn(VERIFIER);
        compute.says(ParameterStatus.of("TimeZone", "UTC"), COMPUTES_KEY);
        house.holdsKeys(1);

        // When
        client.end().hangsUp();

        // Then
        compute.end().hearsItGo();
        compute.end().isLetGo();
        theUseIsEndedOnce();
        assertThat(house.cancelKeys.size()).isZero();
    }

    @Test
    void betweenTwoQueries() {
        // Given
        TestHouse.Guests guests = house.relaying();

        // When
        guests.client().end().breaks();

        // Then
        guests.compute().end().hearsItGo();
        guests.compute().end().isLetGo();
        theUseIsEndedOnce();
        assertThat(house.cancelKeys.size()).isZero();
        assertThat(house.delivery.errands()).as("there is nothing to cancel").isZero();
    }

    @Test
    void inTheMiddleOfAQueryWhichIsCancelled() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(new Query("select pg_sleep(3600)"));
        guests.compute().hears(Query.class);

        // When
        guests.client().end().breaks();

        // Then
        assertThat(house.delivery.isToDeliver().target().processId()).isEqualTo(COMPUTES_KEY.processId());
        theUseIsEndedOnce();
        assertThat(house.delivery.errands()).isEqualTo(1);
    }

    @Test
    void withAHalfCloseInTheMiddleOfAQueryWhichIsCancelledAfterAMoment() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(new Query("select pg_sleep(3600)"));
        guests.compute().hears(Query.class);

        // When
        guests.client().end().finishes();
        guests.compute().end().hearsTheEnd();

        // Then
        var errand = house.delivery.isToDeliverAfter(house.inSteps(Duration.ofMillis(100)));
        assertThat(errand.target().secretKey()).isEqualTo(COMPUTES_KEY.secretKey());
    }

    private void nothingIsOwed() {
        house.isEmpty();
        assertThat(house.usage.book()).isEmpty();
        assertThat(house.cancelKeys.size()).isZero();
    }

    private void theUseIsEndedOnce() {
        house.isEmpty();
        assertThat(house.usage.book()).containsExactly("began blue", "ended blue");
    }
}
