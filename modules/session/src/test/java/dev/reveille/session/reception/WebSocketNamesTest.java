package dev.reveille.session.reception;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.ClientConnection.ClientTls;
import dev.reveille.session.ClientConnection.Door;
import dev.reveille.session.ClientConnection.Upgrade;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.SessionId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the HTTP request of a WebSocket names an endpoint (spec 03, section 3.4). */
class WebSocketNamesTest {

    private static final Set<String> DOMAINS = Set.of("db.example.com");

    @Test
    void theHostOfTheRequestNamesTheEndpoint() {
        assertThat(named(connection("blue.db.example.com", ""), "")).contains(new EndpointId("blue"));
    }

    @Test
    void theAddressInTheQueryNamesTheEndpointWhereTheHostDoesNot() {
        assertThat(named(connection("gateway.example.org", "blue.db.example.com"), ""))
                .contains(new EndpointId("blue"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.db.example.com", "apiauth.db.example.com", "db.example.com", "a.b.db.example.com"})
    void hostsOfOtherKindsNameNothing(String host) {
        assertThat(named(connection(host, host), "")).isEmpty();
    }

    @Test
    void theServerNameOfTheOuterTlsNamesNothing() {
        ClientConnection connection = connection("gateway.example.org", "");

        assertThat(connection.tls().orElseThrow().serverName()).contains("green.db.example.com");
        assertThat(named(connection, "")).isEmpty();
    }

    @Test
    void anOptionIsEnoughWhereNoHostNamesAnEndpoint() {
        assertThat(named(connection("api.db.example.com", ""), "endpoint=blue")).contains(new EndpointId("blue"));
    }

    @Test
    void hostAndOptionMustAgree() {
        assertThat(receive(connection("blue.db.example.com", ""), "endpoint=green"))
                .isEqualTo(new Reception.Refused(new SessionFailure.EndpointsDiffer("blue", "green")));
    }

    @Test
    void hostAndAddressMustAgree() {
        assertThat(receive(connection("blue.db.example.com", "green.db.example.com"), ""))
                .isEqualTo(new Reception.Refused(new SessionFailure.EndpointsDiffer("green", "blue")));
    }

    private static Optional<EndpointId> named(ClientConnection connection, String options) {
        return ((Reception.Received) receive(connection, options)).arrival().endpoint();
    }

    private static Reception.Outcome receive(ClientConnection connection, String options) {
        List<Parameter> parameters = new ArrayList<>(List.of(Parameter.of("user", "app")));
        if (!options.isEmpty()) {
            parameters.add(Parameter.of("options", options));
        }
        return Reception.receive(new StartupMessage(ProtocolVersion.V3_0, parameters), connection);
    }

    private static ClientConnection connection(String host, String address) {
        return new ClientConnection(
                SessionId.random(),
                Door.WEB_SOCKET,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 5000),
                Optional.of(new ClientTls(Optional.of("green.db.example.com"), DOMAINS, Optional.empty())),
                true,
                Optional.empty(),
                0,
                Optional.of(new Upgrade(
                        Optional.of(host), Optional.of(address).filter(name -> !name.isEmpty()), DOMAINS, _ -> {})));
    }
}
