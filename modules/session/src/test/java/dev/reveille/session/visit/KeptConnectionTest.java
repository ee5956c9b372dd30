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
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.NotificationResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.session.visit.TestHouse.Guests;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** A compute's connection outlives its session, and serves the next that is the same to the compute. */
class KeptConnectionTest extends KeptStories {

    @Test
    void whoComesAfterAnotherFindsItsConnection() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        ScriptedClient second = isLetIn(STARTUP);

        // Then: nobody dialled, and nothing was said to the compute on the second's behalf before its query
        second.hears(VERSION);
        second.hears(BackendKeyData.class);
        second.hears(READY);
        second.says(QUERY);
        first.compute().hears(Query.class);
        first.compute().says(new CommandComplete("SELECT 1"), READY);
        second.hears(new CommandComplete("SELECT 1"), READY);
        assertThat(house.dialer.attempts()).isEqualTo(1);
        assertThat(house.kept.reused()).isEqualTo(1);
    }

    @Test
    void theCancelKeyIsTheNextOnesOwn() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        ScriptedClient second = isLetIn(STARTUP);
        second.hears(VERSION);
        BackendKeyData key = second.hears(BackendKeyData.class);
        second.hears(READY);
        second.says(QUERY);
        first.compute().hears(Query.class);
        ScriptedClient canceller = house.visitor();
        canceller.says(new Guests(second, first.compute(), key).cancelRequest());

        // Then
        assertThat(key.secretKey()).isNotEqualTo(first.key().secretKey());
        assertThat(house.delivery.isToDeliver().target().secretKey()).isEqualTo(COMPUTES_KEY.secretKey());
    }

    @Test
    void whoSaysFarewellAndDoesNotGoHasNoPartInItsConnectionAnyMore() {
        // Given
        Guests first = house.relaying();
        first.client().says(new Terminate());
        forgets(first.compute());
        waitsUntilKept(1);

        // When: whatever it says now is for nobody
        first.client().says(QUERY);
        ScriptedClient canceller = house.visitor();
        canceller.says(first.cancelRequest());
        canceller.end().hearsTheEnd();
        house.holdsKeys(0);
        house.timePasses(SETTINGS.goodbyeMax().minusMillis(1));
        house.holds(1);
        house.timePasses(Duration.ofMillis(1));
        first.client().end().hearsTheEnd();

        // Then
        isLetIn(STARTUP).hears(VERSION);
        house.holds(1);
        assertThat(first.compute().end().unheard().isEmpty()).isTrue();
        assertThat(house.delivery.errands()).isZero();
    }

    @Test
    void aWebSocketIsClosedAtOnceBehindItsFarewell() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.webSocket());
        client.says(STARTUP);
        client.hears(AuthenticationCleartextPassword.class);
        client.says(new PasswordMessage(ByteString.fromString(PASSWORD)));
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        letsIn(compute);
        client.hears(AuthenticationOk.class);
        client.hears(VERSION);
        client.hears(BackendKeyData.class);
        client.hears(READY);

        // When
        client.says(new Terminate());

        // Then
        client.end().hearsTheEnd();
        forgets(compute);
        waitsUntilKept(1);
    }

    @Test
    void aParameterThatWasSaidTwiceIsHeardAsItWasSaidLast() {
        // Given
        ScriptedClient client = isProven(STARTUP);
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();
        compute.letsIn(VERIFIER);
        compute.says(ParameterStatus.of("DateStyle", "ISO"), ParameterStatus.of("DateStyle", "German"));
        compute.greets(COMPUTES_KEY);

        // When
        client.says(new Terminate());
        String mark = isToForget(compute);
        compute.says(ParameterStatus.of("DateStyle", "ISO"), row(mark), READY);
        waitsUntilKept(1);

        // Then
        isLetIn(STARTUP).hears(ParameterStatus.of("DateStyle", "ISO"), VERSION);
    }

    @Test
    void whoSaysFarewellTogetherWithItsProofIsServedAndLeavesItBehind() {
        // Given
        ScriptedClient client = isProven(STARTUP);
        client.says(new Terminate());
        house.controlPlane.isToWake().answer().complete(COMPUTE);

        // When
        ScriptedCompute compute = house.dialer.isToDial().connects();
        letsIn(compute);

        // Then
        forgets(compute);
        waitsUntilKept(1);
    }

    @Test
    void nobodyButTheSessionMayCancelOnAConnectionThatIsKept() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        ScriptedClient second = isLetIn(STARTUP);
        second.hears(VERSION);
        second.hears(BackendKeyData.class);
        relayingBeside();

        // Then: neither of one that was opened nor of one that was taken over may anything be written down
        List<Boolean> shared = new CopyOnWriteArrayList<>();
        house.cancelKeys.forEach((_, record) -> shared.add(record.shared()));
        assertThat(shared).containsExactly(true, true);
    }

    @Test
    void whoHangsUpWithoutAWordLeavesItBehindToo() {
        // Given
        Guests first = house.relaying();

        // When
        first.client().end().hangsUp();

        // Then
        forgets(first.compute());
        waitsUntilKept(1);
        isLetIn(STARTUP).hears(VERSION);
    }

    @Test
    void theNextHearsParametersAsTheyAreNow() {
        // Given: the session changed one, the server's operator another, and forgetting took only the first back
        Guests first = house.relaying();
        first.client().says(QUERY);
        first.compute().hears(Query.class);
        first.compute().says(ParameterStatus.of("TimeZone", "UTC"), ParameterStatus.of("DateStyle", "German"), READY);
        first.client().hears(ParameterStatus.of("TimeZone", "UTC"), ParameterStatus.of("DateStyle", "German"), READY);
        first.client().says(new Terminate());

        // When
        String mark = isToForget(first.compute());
        first.compute().says(ParameterStatus.of("DateStyle", "ISO"), row(mark), READY);
        waitsUntilKept(1);

        // Then
        isLetIn(STARTUP).hears(VERSION, ParameterStatus.of("TimeZone", "UTC"), ParameterStatus.of("DateStyle", "ISO"));
    }

    @Test
    void whatIsSaidToNobodyIsHeardByNobody() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        first.compute().says(new NotificationResponse(1, "channel", "text"), ParameterStatus.of("TimeZone", "CET"));
        first.compute().end().settles();

        // Then
        isLetIn(STARTUP).hears(VERSION, ParameterStatus.of("TimeZone", "CET"));
    }
}
