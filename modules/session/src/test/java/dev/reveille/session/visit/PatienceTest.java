package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.COMPUTE;
import static dev.reveille.session.visit.TestHouse.PASSWORD;
import static dev.reveille.session.visit.TestHouse.SETTINGS;
import static dev.reveille.session.visit.TestHouse.STARTUP;
import static dev.reveille.session.visit.TestHouse.VERIFIER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.startup.GssEncRequest;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.SslRequest;
import dev.reveille.session.fakes.ScriptedDialer;
import java.time.Duration;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every wait has an end, and the client hears which one it was. */
class PatienceTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TestHouse house = new TestHouse();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aClientThatNeverSpeaksIsLeftInSilence() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.webSocket());
        client.says(new SslRequest());
        client.end().hears(ByteString.fromString("N"));

        // When
        house.timePasses(SETTINGS.startupMax().minus(SECOND));
        client.says(new GssEncRequest());
        client.end().hears(ByteString.fromString("N"));
        house.timePasses(SECOND);

        // Then
        client.end().hearsTheEnd();
        house.isEmpty();
    }

    @Test
    void aClientThatIsSlowToAnswerScramIsToldSo() {
        // Given
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        client.hears(AuthenticationSasl.class);

        // When
        house.timePasses(SETTINGS.authenticationMax());

        // Then
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("57014");
        assertThat(error.message()).isEqualTo("Authentication timed out");
    }

    @Test
    void allMessagesOfAScramExchangeShareOneDeadline() {
        // Given
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        client.hears(AuthenticationSasl.class);

        // When
        house.timePasses(SETTINGS.authenticationMax().minus(SECOND));
        client.says(new SaslInitialResponse("SCRAM-SHA-256", ByteString.fromString("n,,n=,r=abc")));
        client.hears(AuthenticationSaslContinue.class);
        house.timePasses(SECOND);

        // Then
        assertThat(client.isRefused().sqlState()).isEqualTo("57014");
    }

    @Test
    void aClientThatIsSlowWithItsPasswordIsToldSo() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.webSocket());
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
        client.hears(new AuthenticationCleartextPassword());

        // When
        house.timePasses(SETTINGS.authenticationMax());

        // Then
        assertThat(client.isRefused().message()).isEqualTo("Authentication timed out");
    }

    @Test
    void aPasswordThatNobodyHasTimeToCheckIsGivenUp() {
        try (TestHouse overworked = new TestHouse(0)) {
            // Given
            ScriptedClient client = overworked.visitor(TestHouse.webSocket());
            client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
            client.hears(new AuthenticationCleartextPassword());
            client.says(new PasswordMessage(ByteString.fromString(PASSWORD)));

            // When
            overworked.timePassesUntilGone(client, SETTINGS.authenticationMax());

            // Then
            assertThat(client.isRefused().message()).isEqualTo("Authentication timed out");
        }
    }

    @Test
    void onePasswordMoreThanMayWaitIsRefusedAtOnce() {
        try (TestHouse overworked = new TestHouse(0)) {
            // Given
            for (int waiting = 0; waiting < 10; waiting++) {
                overworked.checks(PASSWORD);
            }

            // When
            ScriptedClient client = overworked.visitor(TestHouse.webSocket());
            client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
            client.hears(new AuthenticationCleartextPassword());
            client.says(new PasswordMessage(ByteString.fromString(PASSWORD)));

            // Then
            ErrorFields error = client.isRefused();
            assertThat(error.sqlState()).isEqualTo("53300");
            assertThat(error.message()).isEqualTo("too many password checks in progress, try again later");
        }
    }

    @Test
    void aControlPlaneThatDoesNotSayWhoMayComeInIsGivenUp() {
        // Given
        house.controlPlane.holdsBack();
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        house.controlPlane.isAsked();

        // When
        house.timePasses(SETTINGS.accessMax());

        // Then
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("57P03");
        assertThat(error.message()).isEqualTo("Control plane request failed");
    }

    @Test
    void aComputeThatDoesNotWakeInTimeIsGivenUp() {
        // Given: a wake that its own attempt would go on waiting for is cut short by the session's patience
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        ScriptedClient.Proof proof = client.proves(PASSWORD);
        house.controlPlane.isToWake();

        // When
        house.timePasses(SETTINGS.wakeMax());

        // Then
        client.isLetIn(proof);
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("57P03");
        house.isEmpty();
        assertThat(house.usage.book()).containsExactly("began blue", "ended blue");
    }

    @Test
    void aConnectionThatDoesNotComeInTimeCountsAsUnreachableAndIsClosedWhenItComes() {
        // Given
        house.proven();
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedDialer.Attempt slow = house.dialer.isToDial();

        // When
        house.timePasses(SETTINGS.dialMax());
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        house.dialer.isToDial();
        slow.connects();

        // Then
        slow.isClosed();
    }

    @Test
    void aComputeThatDoesNotFinishTheLoginInTimeIsGivenUp() {
        // Given
        ScriptedClient client = house.visitor();
        client.says(STARTUP);
        ScriptedClient.Proof proof = client.proves(PASSWORD);
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedDialer.Attempt attempt = house.dialer.isToDial();
        house.timePasses(SETTINGS.dialMax().minus(SECOND));
        ScriptedCompute compute = attempt.connects();
        compute.hearsStartup();

        // When
        house.timePasses(SETTINGS.loginMax().minus(SECOND));
        compute.letsIn(VERIFIER);
        house.timePasses(SECOND);

        // Then
        client.isLetIn(proof);
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("57P03");
        assertThat(error.message()).isEqualTo("the database did not answer in time");
        compute.end().hearsItGo();
        compute.end().isLetGo();
        house.isEmpty();
        assertThat(house.usage.book()).containsExactly("began blue", "ended blue");
    }

    @Test
    void anIdleSessionHasNoDeadline() {
        // Given
        TestHouse.Guests guests = house.relaying();

        // When
        house.timePasses(Duration.ofDays(2));

        // Then
        guests.client().says(new Query("select 1"));
        guests.compute().hears(Query.class);
        assertThat(guests.client().end().isOpen()).isTrue();
    }

    @Test
    void aComputeThatDoesNotSayGoodbyeIsLeft() {
        // Given
        TestHouse.Guests guests = house.relaying();

        // When
        guests.client().end().finishes();
        guests.compute().end().hearsTheEnd();
        house.timePassesUntilGone(guests.client(), SETTINGS.farewellMax());

        // Then
        guests.compute().end().isLetGo();
        house.isEmpty();
        assertThat(house.usage.book()).containsExactly("began blue", "ended blue");
    }
}
