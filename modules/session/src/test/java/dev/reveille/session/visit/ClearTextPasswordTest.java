package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.BLUE;
import static dev.reveille.session.visit.TestHouse.COMPUTE;
import static dev.reveille.session.visit.TestHouse.COMPUTES_KEY;
import static dev.reveille.session.visit.TestHouse.PASSWORD;
import static dev.reveille.session.visit.TestHouse.READY;
import static dev.reveille.session.visit.TestHouse.VERIFIER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords in clear text: only inside TLS, and only where nothing else will do. */
class ClearTextPasswordTest {

    private final TestHouse house = new TestHouse();

    @AfterEach
    void close() {
        house.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"endpoint=blue;secret", "project=blue$secret"})
    void aClientThatCanNameItsEndpointNowhereElseNamesItInItsPassword(String password) {
        // Given
        ScriptedClient client = house.visitor(TestHouse.tls(Optional.empty(), Optional.empty()));
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));

        // When
        client.hears(new AuthenticationCleartextPassword());
        client.says(new PasswordMessage(ByteString.fromString(password)));
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();
        compute.letsIn(VERIFIER);
        compute.greets(COMPUTES_KEY);

        // Then
        client.hears(new AuthenticationOk());
        client.hears(ParameterStatus.class);
        client.hears(BackendKeyData.class);
        client.hears(READY);
        assertThat(house.usage.book()).containsExactly("began " + BLUE);
    }

    @Test
    void nobodyIsAskedForAClearTextPasswordWithoutTls() {
        // Given
        ScriptedClient client = house.visitor();

        // When
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));

        // Then
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("28000");
        assertThat(error.message()).startsWith("Endpoint ID is not specified.");
        assertThat(error.text(ErrorFields.HINT)).get().asString().contains("docs/connecting.md");
    }

    @Test
    void aPasswordWithoutAnEndpointIsExplained() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.tls(Optional.empty(), Optional.empty()));
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
        client.hears(new AuthenticationCleartextPassword());

        // When
        client.says(new PasswordMessage(ByteString.fromString(PASSWORD)));

        // Then
        assertThat(client.isRefused().message()).startsWith("Endpoint ID is not specified.");
    }

    @Test
    void anEndpointInAPasswordHasToBeAName() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.tls(Optional.empty(), Optional.empty()));
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
        client.hears(new AuthenticationCleartextPassword());

        // When
        client.says(new PasswordMessage(ByteString.fromString("endpoint=../blue;secret")));

        // Then
        assertThat(client.isRefused().message()).startsWith("Project name ('../blue') must contain only");
    }

    @Test
    void aWrongPasswordInClearTextIsRefusedTheSameWay() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.webSocket());
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
        client.hears(new AuthenticationCleartextPassword());

        // When
        client.says(new PasswordMessage(ByteString.fromString("guess")));

        // Then
        ErrorFields error = client.isRefused();
        assertThat(error.sqlState()).isEqualTo("28P01");
        assertThat(error.message()).isEqualTo("password authentication failed for user 'app'");
    }

    @Test
    void aPasswordWithoutItsTerminatorIsMalformed() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.webSocket());
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
        client.hears(new AuthenticationCleartextPassword());

        // When
        client.end().says(ByteString.fromInts('p', 0, 0, 0, 6, 'a', 'b'));

        // Then
        assertThat(client.isRefused().message()).isEqualTo("Malformed password message: missing terminator");
    }

    @Test
    void anotherMessageInPlaceOfThePasswordIsAViolation() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.webSocket());
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
        client.hears(new AuthenticationCleartextPassword());

        // When
        client.says(new Query("select 1"));

        // Then
        assertThat(client.isRefused().sqlState()).isEqualTo("08P01");
    }

    @Test
    void anOversizedAuthenticationMessageIsRefusedBeforeItHasCome() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.webSocket());
        client.says(ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app"));
        client.hears(new AuthenticationCleartextPassword());

        // When
        client.end().says(ByteString.fromInts('p', 0, 1, 0, 0));

        // Then
        assertThat(client.isRefused().sqlState()).isEqualTo("08P01");
    }
}
