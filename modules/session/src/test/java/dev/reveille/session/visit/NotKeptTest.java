package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.BLUE;
import static dev.reveille.session.visit.TestHouse.READY;
import static dev.reveille.session.visit.TestHouse.STARTUP;
import static dev.reveille.session.visit.TestHouse.VERIFIER;
import static dev.reveille.session.visit.TestHouse.clearText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.session.kept.KeepSettings;
import dev.reveille.session.visit.TestHouse.Guests;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections end with their session, and who gets none of another's. */
class NotKeptTest extends KeptStories {

    @Test
    void aConnectionWithSomethingUnderWayIsNotKept() {
        // Given
        Guests first = house.relaying();
        first.client().says(QUERY);
        first.compute().hears(Query.class);

        // When
        first.client().says(new Terminate());

        // Then: the compute hears it, as ever
        first.compute().hears(Terminate.class);
        nothingMoreIsHeard(first);
    }

    @Test
    void aConnectionInATransactionIsNotKept() {
        // Given
        Guests first = house.relaying();
        first.client().says(QUERY);
        first.compute().hears(Query.class);
        first.compute().says(IN_TRANSACTION);
        first.client().hears(IN_TRANSACTION);

        // When
        first.client().says(new Terminate());

        // Then
        first.compute().hears(Terminate.class);
        nothingMoreIsHeard(first);
    }

    @Test
    void whoLeavesInOneBreathWithAQueryTakesTheConnectionAlong() {
        // Given
        Guests first = house.relaying();

        // When
        first.client().end().says(QUERY.encode().concat(new Terminate().encode()));

        // Then
        first.compute().hears(Query.class);
        first.compute().hears(Terminate.class);
        nothingMoreIsHeard(first);
    }

    @Test
    void aConnectionOnWhichSomethingWasCancelledIsNotKept() {
        // Given: the request may still be on its way when the session is over
        Guests first = house.relaying();
        first.client().says(QUERY);
        first.compute().hears(Query.class);
        house.visitor().says(first.cancelRequest());
        house.delivery.isToDeliver().isDone();
        first.compute().says(READY);
        first.client().hears(READY);

        // When
        first.client().says(new Terminate());
        first.client().end().hangsUp();

        // Then
        first.compute().hears(Terminate.class);
        nothingMoreIsHeard(first);
    }

    @Test
    void aComputeThatCannotForgetServesNobodyAnyMore() {
        // Given
        Guests first = house.relaying();
        first.client().says(new Terminate());

        // When
        isToForget(first.compute());
        first.compute().says(new ErrorResponse(ErrorFields.of("ERROR", "57014", "statement timeout")), READY);

        // Then
        first.compute().end().hearsItBreak();
        assertThat(house.kept.resting()).isZero();
        assertThat(house.kept.resetsFailed()).isEqualTo(1);
    }

    @Test
    void anAnswerToSomethingElseIsNotTakenForTheAnswer() {
        // Given: the session got its wire to believe that all was answered, and it was not
        Guests first = house.relaying();
        first.client().says(new Terminate());
        String mark = isToForget(first.compute());

        // When
        first.compute().says(row("0123456789abcdef"), new CommandComplete("SELECT 1"), READY);
        first.compute().end().settles();

        // Then: nobody gets the connection before its own answer has come
        assertThat(house.kept.resting()).isZero();
        first.compute().says(row(mark), READY);
        waitsUntilKept(1);
    }

    @Test
    void aComputeThatStaysInATransactionServesNobodyAnyMore() {
        // Given
        Guests first = house.relaying();
        first.client().says(new Terminate());

        // When
        first.compute().says(row(isToForget(first.compute())), IN_TRANSACTION);

        // Then
        first.compute().end().hearsItBreak();
        assertThat(house.kept.resting()).isZero();
    }

    @Test
    void aComputeThatForgetsTooSlowlyServesNobodyAnyMore() {
        // Given
        Guests first = house.relaying();
        first.client().says(new Terminate());
        isToForget(first.compute());

        // When
        passes(SETTINGS.resetMax().plusSeconds(2));

        // Then
        first.compute().end().hearsItBreak();
        assertThat(house.kept.resetsFailed()).isEqualTo(1);
    }

    @Test
    void whoLooksDifferentToTheComputeGetsAConnectionOfItsOwn() {
        // Given
        leavesBehind(house.relaying());

        // When
        isProven(ScriptedClient.startup(
                ProtocolVersion.V3_0, "user", "app", "database", "shop", "options", "endpoint=blue"));

        // Then
        house.dialer.isToDial();
    }

    @Test
    void whoHasANewPasswordGetsAConnectionOfItsOwn() {
        // Given: the compute is still known when who may come in is asked again
        leavesBehind(house.relaying());
        ScramVerifier renewed = ScramVerifier.ofPassword("another", ByteString.fromString("fedcba9876543210"), 4096);
        house.controlPlane.knows("blue", "app", TestHouse.allowing(Optional.of(renewed)));
        house.cacheTime.timePasses(Duration.ofMinutes(3));
        house.ready.find(BLUE);
        house.cacheTime.timePasses(Duration.ofMinutes(3));

        // When
        ScriptedClient client = house.visitor(clearText());
        client.says(STARTUP);
        client.proves("another");

        // Then: it was not woken, nor was anybody's connection taken
        house.dialer.isToDial();
        assertThat(house.kept.resting()).isEqualTo(1);
    }

    @Test
    void whoReplicatesLeavesNothingBehind() {
        // Given
        Guests first = house.relaying(
                clearText(),
                ScriptedClient.startup(
                        ProtocolVersion.V3_0,
                        "user",
                        "app",
                        "database",
                        "shop",
                        "replication",
                        "database",
                        "options",
                        "endpoint=blue"));

        // When
        first.client().says(new Terminate());

        // Then
        first.compute().hears(Terminate.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"endpoint=blue", "endpoint=blue-pooler"})
    void unlessSaidOtherwiseOnlyAPoolerKeepsConnections(String options) {
        // Given
        house.close();
        house = new TestHouse(KeepSettings.DEFAULTS);
        house.controlPlane.knows("blue-pooler", "app", TestHouse.allowing(Optional.of(VERIFIER)));
        boolean pooler = options.endsWith("-pooler");
        Guests first = house.relaying(
                clearText(),
                ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app", "database", "shop", "options", options));

        // When
        first.client().says(new Terminate());

        // Then
        if (pooler) {
            isToForget(first.compute());
        } else {
            first.compute().hears(Terminate.class);
        }
    }
}
