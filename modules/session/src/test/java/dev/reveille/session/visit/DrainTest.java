package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.COMPUTE;
import static dev.reveille.session.visit.TestHouse.PASSWORD;
import static dev.reveille.session.visit.TestHouse.READY;
import static dev.reveille.session.visit.TestHouse.STARTUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.session.compute.DialFailure;
import dev.reveille.session.fakes.ScriptedDialer;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The node leaves: whoever waits is told, whoever works may finish, and nobody is forgotten. */
class DrainTest {

    private static final Query QUERY = new Query("select pg_sleep(1)");
    private static final DataRow ROW = new DataRow(List.of(Optional.of(ByteString.fromString("1"))));

    private final TestHouse house = new TestHouse();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void anEmptyHouseIsDrainedAtOnce() {
        // When
        house.drains();

        // Then
        house.isDrained();
    }

    @Test
    void whoHasNotSpokenYetIsTold() {
        // Given
        ScriptedClient client = house.visitor();

        // When
        house.drains();

        // Then
        isSentAway(client);
        house.isDrained();
    }

    @Test
    void whoComesThroughTheClosingDoorIsTold() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);
        house.drains();

        // When
        ScriptedClient late = house.visitor();

        // Then
        isSentAway(late);
        house.holds(1);
    }

    @Test
    void whoWaitsForTheControlPlaneIsTold() {
        // Given
        house.controlPlane.holdsBack();
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        house.controlPlane.isAsked();

        // When
        house.drains();

        // Then
        isSentAway(client);
    }

    @Test
    void whoIsToProveItselfIsTold() {
        // Given
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        client.hears(AuthenticationSasl.class);

        // When
        house.drains();

        // Then
        isSentAway(client);
    }

    @Test
    void whoseComputeWakesIsTold() {
        // Given
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        ScriptedClient.Proof proof = client.proves(PASSWORD);
        house.controlPlane.isToWake();

        // When
        house.drains();

        // Then
        client.isLetIn(proof);
        isSentAway(client);
        house.isDrained();
        assertThat(house.usage.book()).containsExactly("began blue", "ended blue");
    }

    @Test
    void whoseComputeIsDialledIsToldAndTheConnectionIsClosedWhenItComes() {
        // Given
        ScriptedClient client = house.proven();
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedDialer.Attempt attempt = house.dialer.isToDial();

        // When
        house.drains();
        house.isDrained();
        attempt.connects();

        // Then
        attempt.isClosed();
        client.end().hearsItGo();
    }

    @Test
    void whoseComputeWillBeDialledAgainIsTold() {
        // Given
        ScriptedClient client = house.proven();
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        house.dialer.isToDial().fails(DialFailure.Reason.UNREACHABLE);
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        house.dialer.isToDial().fails(DialFailure.Reason.UNREACHABLE);

        // When
        house.drains();

        // Then
        house.isDrained();
        client.end().hearsItGo();
        assertThat(house.dialer.attempts()).isEqualTo(2);
    }

    @Test
    void whoLogsInAtItsComputeIsTold() {
        // Given
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        ScriptedClient.Proof proof = client.proves(PASSWORD);
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();

        // When
        house.drains();

        // Then
        client.isLetIn(proof);
        isSentAway(client);
        compute.end().hearsItGo();
        house.isDrained();
    }

    @Test
    void whosePasswordIsCheckedIsTold() {
        try (TestHouse overworked = new TestHouse(0)) {
            // Given
            ScriptedClient client = overworked.visitor(TestHouse.webSocket());
            client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
            client.hears(new AuthenticationCleartextPassword());
            client.says(new PasswordMessage(ByteString.fromString(PASSWORD)));

            // When
            overworked.drains();

            // Then
            isSentAway(client);
        }
    }

    @Test
    void anIdleSessionIsEndedBetweenQueries() {
        // Given
        TestHouse.Guests guests = house.relaying();

        // When
        house.drains();

        // Then
        isSentAway(guests.client());
        guests.compute().end().hearsTheEnd();
        house.isDrained();
        assertThat(house.usage.book()).containsExactly("began blue", "ended blue");
        assertThat(house.cancelKeys.size()).isZero();
    }

    @Test
    void aQueryMayFinish() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);

        // When
        house.drains();
        guests.compute().says(ROW, READY);

        // Then
        guests.client().hears(ROW, READY);
        isSentAway(guests.client());
        house.isDrained();
        assertThat(house.delivery.errands()).isZero();
    }

    @Test
    void aTransactionMayFinish() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(new Query("begin"));
        guests.compute().hears(Query.class);
        guests.compute().says(new ReadyForQuery(TransactionStatus.IN_TRANSACTION));
        guests.client().hears(new ReadyForQuery(TransactionStatus.IN_TRANSACTION));

        // When
        house.drains();
        guests.client().says(new Query("commit"));
        guests.compute().hears(Query.class);
        guests.compute().says(READY);

        // Then
        guests.client().hears(READY);
        isSentAway(guests.client());
        house.isDrained();
    }

    @Test
    void whenPatienceIsOverARunningQueryIsCancelledAndItsClientTold() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);
        house.drains();

        // When
        house.hurries();

        // Then
        isSentAway(guests.client());
        house.delivery.isToDeliver();
        house.isDrained();
    }

    private static void isSentAway(ScriptedClient client) {
        ErrorFields error = client.hears(ErrorResponse.class).fields();
        assertThat(error.severity()).isEqualTo("FATAL");
        assertThat(error.sqlState()).isEqualTo("57P01");
        client.end().hearsTheEnd();
    }
}
