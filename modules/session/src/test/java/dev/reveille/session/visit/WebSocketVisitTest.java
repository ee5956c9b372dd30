package dev.reveille.session.visit;

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
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.protocol.startup.GssEncRequest;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.SslRequest;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.ClientConnection.Door;
import dev.reveille.session.ClientConnection.Milestone;
import dev.reveille.session.ClientConnection.Upgrade;
import dev.reveille.session.SessionId;
import dev.reveille.session.fakes.ScriptedControlPlane;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is different about a session inside a WebSocket (spec 03, sections 3.4 to 3.8). */
class WebSocketVisitTest {

    private static final StartupMessage STARTUP = ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app");

    private final TestHouse house = new TestHouse();
    private final BlockingQueue<Milestone> milestones = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void startupPasswordAndQueryMayComeInOneBreath() {
        // Given
        ScriptedClient client = new ScriptedClient();
        Query query = new Query("select 1");

        // When
        client.end()
                .says(STARTUP.encode()
                        .concat(new PasswordMessage(ByteString.fromString(PASSWORD)).encode())
                        .concat(query.encode()));
        house.admits(client, webSocket());

        // Then
        client.hears(new AuthenticationCleartextPassword());
        ScriptedCompute compute = letIn(client);
        assertThat(compute.hears(Query.class)).isEqualTo(query);
    }

    @Test
    void whileTheComputeWakesNothingIsSaidAboutThePassword() {
        // Given
        ScriptedClient client = house.visitor(webSocket());
        client.end()
                .says(STARTUP.encode()
                        .concat(new PasswordMessage(ByteString.fromString(PASSWORD)).encode())
                        .concat(new Query("select 1").encode()));
        client.hears(new AuthenticationCleartextPassword());
        ScriptedControlPlane.Wake wake = house.controlPlane.isToWake();

        // When
        house.timePasses(Duration.ofSeconds(8));
        client.end().settles();

        // Then
        assertThat(client.end().unheard().isEmpty()).isTrue();
        wake.answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();
        compute.letsIn(VERIFIER);
        compute.greets(COMPUTES_KEY);
        client.hears(new AuthenticationOk());
        assertThat(compute.hears(Query.class)).isEqualTo(new Query("select 1"));
    }

    @Test
    void bothRequestsForEncryptionAreDeclinedOnceEach() {
        // Given
        ScriptedClient client = house.visitor(webSocket());

        // When
        client.says(new SslRequest());
        client.end().hears(ByteString.fromString("N"));
        client.says(new GssEncRequest());
        client.end().hears(ByteString.fromString("N"));
        client.says(new SslRequest());

        // Then
        client.end().hearsTheEnd();
    }

    @Test
    void aPasswordMayBeATokenOfManyKilobytes() {
        // Given
        ScriptedClient client = house.visitor(webSocket());
        client.says(STARTUP);
        client.hears(new AuthenticationCleartextPassword());

        // When
        client.says(new PasswordMessage(ByteString.fromString("x".repeat(16_000))));

        // Then it is found wrong, and not too long
        assertThat(client.isRefused().sqlState()).isEqualTo("28P01");
    }

    @Test
    void anEndlessPasswordIsRefusedBeforeItHasCome() {
        // Given
        ScriptedClient client = house.visitor(webSocket());
        client.says(STARTUP);
        client.hears(new AuthenticationCleartextPassword());

        // When
        client.end().says(ByteString.fromInts('p', 0, 0, 0x41, 0));

        // Then
        assertThat(client.isRefused().sqlState()).isEqualTo("08P01");
    }

    @Test
    void whoSaysGoodbyeIsHungUpOnAlthoughTheComputeSaysNothing() {
        // Given
        ScriptedClient client = house.visitor(webSocket());
        ScriptedCompute compute = loggedIn(client);

        // When
        client.says(new Terminate());

        // Then
        client.end().hearsTheEnd();
        compute.hears(Terminate.class);
        house.isEmpty();
    }

    @Test
    void aQueryBeforeTheGoodbyeIsAnsweredFirst() {
        // Given
        ScriptedClient client = house.visitor(webSocket());
        ScriptedCompute compute = loggedIn(client);
        client.says(new Query("insert into t values (1)"), new Terminate());
        compute.hears(Query.class);
        compute.hears(Terminate.class);

        // When
        compute.says(new CommandComplete("INSERT 0 1"), READY);

        // Then
        client.hears(new CommandComplete("INSERT 0 1"));
        client.hears(READY);
        client.end().hearsTheEnd();
    }

    @Test
    void theDoorHearsThatTheClientIsInAndThatItIsSentAway() throws InterruptedException {
        // Given
        ScriptedClient client = house.visitor(webSocket());
        loggedIn(client);
        assertThat(milestones.poll(10, TimeUnit.SECONDS)).isEqualTo(Milestone.LOGGED_IN);

        // When
        house.drains();

        // Then
        assertThat(client.isRefused().sqlState()).isEqualTo("57P01");
        assertThat(milestones.poll(10, TimeUnit.SECONDS)).isEqualTo(Milestone.LEAVING);
    }

    private ScriptedCompute loggedIn(ScriptedClient client) {
        client.says(STARTUP);
        client.hears(new AuthenticationCleartextPassword());
        client.says(new PasswordMessage(ByteString.fromString(PASSWORD)));
        return letIn(client);
    }

    private ScriptedCompute letIn(ScriptedClient client) {
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();
        compute.letsIn(VERIFIER);
        compute.greets(COMPUTES_KEY);
        client.hears(new AuthenticationOk());
        client.hears(ParameterStatus.class);
        client.hears(BackendKeyData.class);
        client.hears(READY);
        return compute;
    }

    private ClientConnection webSocket() {
        return new ClientConnection(
                SessionId.random(),
                Door.WEB_SOCKET,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 5000),
                Optional.empty(),
                false,
                Optional.empty(),
                System.nanoTime(),
                Optional.of(new Upgrade(
                        Optional.of("blue.example.com"), Optional.empty(), Set.of("example.com"), milestones::add)));
    }
}
