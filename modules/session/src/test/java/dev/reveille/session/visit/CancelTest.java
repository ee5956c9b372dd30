package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.COMPUTE;
import static dev.reveille.session.visit.TestHouse.COMPUTES_KEY;
import static dev.reveille.session.visit.TestHouse.PASSWORD;
import static dev.reveille.session.visit.TestHouse.READY;
import static dev.reveille.session.visit.TestHouse.SETTINGS;
import static dev.reveille.session.visit.TestHouse.STARTUP;
import static dev.reveille.session.visit.TestHouse.VERIFIER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.access.AddressPattern;
import dev.reveille.session.fakes.ScriptedDelivery;
import dev.reveille.session.fakes.ScriptedDialer;
import dev.reveille.session.interruption.PendingCancels;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cancel requests: only for a query that runs, only by who may, and never a word to who asks. */
class CancelTest {

    private static final Query QUERY = new Query("select pg_sleep(3600)");

    private final TestHouse house = new TestHouse();

    @AfterEach
    void close() {
        house.close();
    }

    @ParameterizedTest
    @CsvSource({"3, 0", "3, 2"})
    void aRunningQueryIsCancelledWithTheComputesOwnKey(int major, int minor) {
        // Given
        TestHouse.Guests guests =
                house.relaying(TestHouse.clearText(), TestHouse.startup(new ProtocolVersion(major, minor)));
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);

        // When
        ScriptedClient canceller = house.visitor();
        canceller.says(guests.cancelRequest());

        // Then
        ScriptedDelivery.Errand errand = house.delivery.isToDeliver();
        assertThat(errand.target())
                .isEqualTo(new CancelTarget(
                        ScriptedDialer.peer(COMPUTE.address()),
                        CancelTarget.Security.CLEAR,
                        "compute-1",
                        COMPUTES_KEY.processId(),
                        COMPUTES_KEY.secretKey()));
        errand.isDone();
        canceller.end().hearsTheEnd();
    }

    @Test
    void theConnectionOfARequestIsKeptUntilTheCancellationIsDone() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);
        ScriptedClient canceller = house.visitor();
        canceller.says(guests.cancelRequest());

        // When
        ScriptedDelivery.Errand errand = house.delivery.isToDeliver();
        canceller.end().settles();
        boolean openBefore = canceller.end().isOpen();
        errand.isDone();

        // Then
        assertThat(openBefore).isTrue();
        canceller.end().hearsTheEnd();
    }

    @Test
    void aRequestWhoseSenderDoesNotWaitIsServedAllTheSame() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);

        // When
        ScriptedClient canceller = new ScriptedClient();
        canceller.says(guests.cancelRequest());
        canceller.end().finishes();
        house.admits(canceller, TestHouse.clearText());

        // Then
        house.delivery.isToDeliver();
    }

    @Test
    void aRequestThatComesLateDoesNotHitTheNextQuery() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);
        guests.compute().says(READY);
        guests.client().hears(READY);

        // When
        ScriptedClient canceller = house.visitor();
        canceller.says(guests.cancelRequest());

        // Then
        canceller.end().hearsTheEnd();
        assertThat(house.delivery.errands()).isZero();
    }

    @Test
    void aRequestBeforeTheRelayCancelsNothing() {
        // Given
        ScriptedClient client = new ScriptedClient();
        ActorRef<Session.Command> session = house.session(client);
        client.says(STARTUP);
        client.proves(PASSWORD);
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();
        compute.says(new AuthenticationOk(), COMPUTES_KEY);
        house.holdsKeys(1);

        // When
        CompletableFuture<Void> handled = new CompletableFuture<>();
        CancelOrigin origin = new CancelOrigin(InetAddress.getLoopbackAddress(), Optional.empty());
        new PendingCancels(request -> session.tell(new Session.CancelWanted(request)))
                .cancel(origin, () -> handled.complete(null));

        // Then
        assertThat(handled).succeedsWithin(Duration.ofSeconds(10));
        assertThat(house.delivery.errands()).isZero();
        assertThat(compute.end().isOpen()).isTrue();
    }

    @Test
    void aWrongSecretIsMetWithSilence() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);

        // When
        ScriptedClient canceller = house.visitor();
        canceller.says(new CancelRequest(guests.key().processId(), ByteString.fromInts(0, 0, 0, 0)));

        // Then
        canceller.end().hearsTheEnd();
        house.holds(1);
        assertThat(house.delivery.errands()).isZero();
    }

    @Test
    void theComputesOwnKeyOpensNothingHere() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);

        // When
        ScriptedClient canceller = house.visitor();
        canceller.says(new CancelRequest(COMPUTES_KEY.processId(), COMPUTES_KEY.secretKey()));

        // Then
        canceller.end().hearsTheEnd();
        assertThat(house.delivery.errands()).isZero();
    }

    @Test
    void aKeyIsWorthlessWhenItsSessionIsOver() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().end().breaks();
        house.isEmpty();

        // When
        ScriptedClient canceller = house.visitor();
        canceller.says(guests.cancelRequest());

        // Then
        canceller.end().hearsTheEnd();
        assertThat(house.delivery.errands()).isZero();
    }

    @Test
    void whoMayNotComeInFromItsAddressMayNotCancelFromItEither() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);
        onlyFrom("127.0.0.1");

        // When
        ScriptedClient canceller = house.visitor(TestHouse.from(InetAddress.ofLiteral("127.0.0.2")));
        canceller.says(guests.cancelRequest());

        // Then
        canceller.end().hearsTheEnd();
        assertThat(house.delivery.errands()).isZero();
    }

    @Test
    void theListOfTodayDecidesAndNotThatOfTheLogin() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);
        onlyFrom("127.0.0.2");

        // When
        ScriptedClient canceller = house.visitor(TestHouse.from(InetAddress.ofLiteral("127.0.0.2")));
        canceller.says(guests.cancelRequest());

        // Then
        house.delivery.isToDeliver();
    }

    @Test
    void aCancellationThatTakesTooLongHoldsNobodysConnection() {
        // Given
        TestHouse.Guests guests = house.relaying();
        guests.client().says(QUERY);
        guests.compute().hears(Query.class);
        ScriptedClient canceller = house.visitor();
        canceller.says(guests.cancelRequest());
        house.delivery.isToDeliver();

        // When
        house.timePasses(SETTINGS.cancelMax());

        // Then
        canceller.end().hearsTheEnd();
    }

    private void onlyFrom(String address) {
        house.controlPlane.knows(
                "blue",
                "app",
                new AccessControl(
                        Optional.of(VERIFIER), List.of(AddressPattern.parse(address)), List.of(), false, false));
        house.cacheTime.timePasses(Duration.ofMinutes(5));
    }
}
