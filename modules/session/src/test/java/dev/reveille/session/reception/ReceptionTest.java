package dev.reveille.session.reception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.reveille.protocol.backend.NegotiateProtocolVersion;
import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.ClientConnection.ClientTls;
import dev.reveille.session.ClientConnection.Door;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.SessionId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of spec 01, sections 4.2 to 8. */
class ReceptionTest {

    private static final Optional<String> NO_SERVER_NAME = Optional.empty();

    // ---- TLS and versions ----

    @ParameterizedTest
    @CsvSource({"3,0", "3,1", "3,2", "3,9999", "2,0", "4,0"})
    void nobodyComesInClearTextWhereTlsIsRequiredWhateverTheVersion(int major, int minor) {
        // When
        Reception.Outcome outcome = Reception.receive(
                startup(new ProtocolVersion(major, minor), "user", "app", "options", "endpoint=blue"), clearText(true));

        // Then
        assertThat(outcome).isEqualTo(new Reception.Refused(SessionFailure.Plain.INSECURE_CONNECTION));
    }

    @Test
    void insideTlsTheRequirementIsMet() {
        // When
        Reception.Outcome outcome = Reception.receive(
                startup(ProtocolVersion.V3_0, "user", "app", "options", "endpoint=blue"),
                connection(Optional.of(tls(NO_SERVER_NAME)), true));

        // Then
        assertThat(outcome).isInstanceOf(Reception.Received.class);
    }

    @ParameterizedTest
    @CsvSource({"2,0", "4,0", "0,0"})
    void aProtocolThatIsNotOursIsRefusedByName(int major, int minor) {
        // When
        Reception.Outcome outcome =
                Reception.receive(startup(new ProtocolVersion(major, minor), "user", "app"), clearText(false));

        // Then
        SessionFailure failure = refusal(outcome);
        assertThat(failure.sqlState()).isEqualTo("0A000");
        assertThat(failure.clientText())
                .isEqualTo("unsupported frontend protocol %d.%d: server supports 3.0 to 3.2".formatted(major, minor));
    }

    @ParameterizedTest
    @CsvSource({"0, 3.0", "1, 3.0", "2, 3.2"})
    void aVersionThatIsKnownNeedsNoAnswer(int minor, String agreed) {
        // When
        Arrival arrival = received(startup(new ProtocolVersion(3, minor), "user", "app"));

        // Then
        assertThat(arrival.version()).hasToString(agreed);
        assertThat(arrival.answer()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 9999})
    void aNewerVersionIsAnsweredWithTheNewestOfOurs(int minor) {
        // When
        Arrival arrival = received(startup(new ProtocolVersion(3, minor), "user", "app"));

        // Then
        assertThat(arrival.version()).isEqualTo(ProtocolVersion.V3_2);
        assertThat(arrival.answer()).contains(new NegotiateProtocolVersion(ProtocolVersion.V3_2, List.of()));
    }

    @Test
    void protocolOptionsAreAnsweredInTheirOrderAndNotForwarded() {
        // When
        Arrival arrival = received(
                startup(ProtocolVersion.V3_0, "_pq_.b", "1", "user", "app", "_pq_.a", "2", "application_name", "psql"));

        // Then
        assertThat(arrival.answer())
                .contains(new NegotiateProtocolVersion(ProtocolVersion.V3_0, List.of("_pq_.b", "_pq_.a")));
        assertThat(arrival.forCompute().parameters())
                .containsExactly(Parameter.of("user", "app"), Parameter.of("application_name", "psql"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 9999})
    void theComputeIsAlwaysAskedForTheOldestVersion(int minor) {
        assertThat(received(startup(new ProtocolVersion(3, minor), "user", "app"))
                        .forCompute()
                        .version())
                .isEqualTo(ProtocolVersion.V3_0);
    }

    // ---- who ----

    @Test
    void aStartUpMessageWithoutUserIsRefusedBeforeItsEndpointIsLookedAt() {
        // When
        Reception.Outcome outcome =
                Reception.receive(startup(ProtocolVersion.V3_0, "options", "endpoint=b_d"), clearText(false));

        // Then
        assertThat(outcome).isEqualTo(new Reception.Refused(SessionFailure.Plain.USER_MISSING));
    }

    @Test
    void anEmptyUserIsNoUser() {
        assertThat(Reception.receive(startup(ProtocolVersion.V3_0, "user", ""), clearText(false)))
                .isEqualTo(new Reception.Refused(SessionFailure.Plain.USER_MISSING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "database", "options", "replication"})
    void aParameterThatDecidesMayNotBeGivenTwice(String name) {
        // When
        Reception.Outcome outcome = Reception.receive(
                startup(ProtocolVersion.V3_0, "user", "app", name, "one", name, "two"), clearText(false));

        // Then
        assertThat(outcome).isEqualTo(new Reception.Refused(new SessionFailure.ParameterTwice(name)));
        assertThat(refusal(outcome).sqlState()).isEqualTo("08P01");
    }

    @Test
    void otherParametersMayBeGivenTwiceAndAreForwardedAsTheyCame() {
        // When
        Arrival arrival = received(startup(ProtocolVersion.V3_0, "user", "app", "TimeZone", "UTC", "TimeZone", "CET"));

        // Then
        assertThat(arrival.forCompute().parameters())
                .containsExactly(
                        Parameter.of("user", "app"), Parameter.of("TimeZone", "UTC"), Parameter.of("TimeZone", "CET"));
    }

    // ---- where to ----

    @ParameterizedTest
    @ValueSource(strings = {"endpoint=blue-sky-42", "project=blue-sky-42", "-c a=b endpoint=blue-sky-42 -c c=d"})
    void theOptionsNameTheEndpoint(String options) {
        assertThat(received(startup(ProtocolVersion.V3_0, "user", "app", "options", options))
                        .endpoint())
                .contains(new EndpointId("blue-sky-42"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"endpoint=blue endpoint=green", "endpoint=blue project=blue", "project = blue", "-c a=endpoint=x"
            })
    void whatNamesNoneOrSeveralNamesNoEndpoint(String options) {
        assertThat(received(startup(ProtocolVersion.V3_0, "user", "app", "options", options))
                        .endpoint())
                .isEmpty();
    }

    @Test
    void theServerNameNamesTheEndpoint() {
        assertThat(receivedAt("blue.example.com").endpoint()).contains(new EndpointId("blue"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blue.elsewhere.com",
                "a.blue.example.com",
                "example.com",
                "blue",
                ".example.com",
                "api.example.com",
                "apiauth.example.com"
            })
    void aServerNameThatIsNotOneLabelBelowOursNamesNothing(String serverName) {
        assertThat(receivedAt(serverName).endpoint()).isEmpty();
    }

    @Test
    void aServerNameAndAnOptionThatAgreeAreFine() {
        // When
        Reception.Outcome outcome = Reception.receive(
                startup(ProtocolVersion.V3_0, "user", "app", "options", "endpoint=blue"),
                secured(Optional.of("blue.example.com")));

        // Then
        assertThat(((Reception.Received) outcome).arrival().endpoint()).contains(new EndpointId("blue"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"green", "blue-pooler", "BLUE"})
    void aServerNameAndAnOptionThatDifferAreRefused(String option) {
        // When
        Reception.Outcome outcome = Reception.receive(
                startup(ProtocolVersion.V3_0, "user", "app", "options", "endpoint=" + option),
                secured(Optional.of("blue.example.com")));

        // Then
        assertThat(refusal(outcome).clientText())
                .isEqualTo("Inconsistent project name inferred from SNI ('blue') and project option ('%s')."
                        .formatted(option));
    }

    @Test
    void aForeignServerNameLeavesTheChoiceToTheOption() {
        // When
        Reception.Outcome outcome = Reception.receive(
                startup(ProtocolVersion.V3_0, "user", "app", "options", "endpoint=green"),
                secured(Optional.of("blue.elsewhere.com")));

        // Then
        assertThat(((Reception.Received) outcome).arrival().endpoint()).contains(new EndpointId("green"));
    }

    @Test
    void twoEndpointOptionsLeaveTheChoiceToTheServerName() {
        // When
        Reception.Outcome outcome = Reception.receive(
                startup(ProtocolVersion.V3_0, "user", "app", "options", "endpoint=green endpoint=red"),
                secured(Optional.of("blue.example.com")));

        // Then
        assertThat(((Reception.Received) outcome).arrival().endpoint()).contains(new EndpointId("blue"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b_d", "blue.sky", "bläu", "blue/..", "blue'--"})
    void whatCannotNameAnEndpointIsRefused(String name) {
        // When
        Reception.Outcome outcome = Reception.receive(
                startup(ProtocolVersion.V3_0, "user", "app", "options", "endpoint=" + name), clearText(false));

        // Then
        assertThat(refusal(outcome).clientText())
                .isEqualTo("Project name ('%s') must contain only alphanumeric characters and hyphen.".formatted(name));
    }

    @Test
    void aNameOfMoreThan63CharactersIsRefused() {
        // When
        Reception.Outcome outcome = Reception.receive(
                startup(ProtocolVersion.V3_0, "user", "app", "options", "endpoint=" + "a".repeat(64)),
                clearText(false));

        // Then
        assertThat(refusal(outcome)).isInstanceOf(SessionFailure.EndpointMalformed.class);
    }

    @Test
    void computeOptionsAreSortedAndKeptFromTheCompute() {
        // When
        Arrival arrival = received(startup(
                ProtocolVersion.V3_0,
                "user",
                "app",
                "options",
                "neon_lsn:0/2 -c a=b neon_endpoint_type:read_only neon_proxy_params_compat:false endpoint=blue"));

        // Then
        assertThat(arrival.options())
                .containsExactly(
                        new ComputeOption("endpoint_type", "read_only"),
                        new ComputeOption("lsn", "0/2"),
                        new ComputeOption("proxy_params_compat", "false"));
        assertThat(arrival.forCompute().text("options")).contains("-c a=b");
    }

    // ---- what the compute gets ----

    @Test
    void allParametersOfTheClientReachTheComputeInTheirOrder() {
        // When
        Arrival arrival = received(startup(
                ProtocolVersion.V3_0,
                "user",
                "app",
                "database",
                "shop",
                "client_encoding",
                "LATIN1",
                "options",
                "endpoint=blue",
                "replication",
                "database",
                "DateStyle",
                "ISO"));

        // Then
        assertThat(arrival.forCompute().parameters())
                .containsExactly(
                        Parameter.of("user", "app"),
                        Parameter.of("database", "shop"),
                        Parameter.of("client_encoding", "LATIN1"),
                        Parameter.of("replication", "database"),
                        Parameter.of("DateStyle", "ISO"));
    }

    static Stream<Arguments> options() {
        return Stream.of(
                arguments("-c a=\\ b project=foo", "-c a=\\ b"),
                arguments("\\  project=foo \\ ", "\\  \\ "),
                arguments("-c\ta=1\n endpoint=foo  -c b=2", "-c a=1 -c b=2"),
                arguments("-c a=\\\\ project=foo", "-c a=\\\\"));
    }

    @ParameterizedTest
    @MethodSource("options")
    void escapesInTheOptionsStayAsTheyAre(String options, String forCompute) {
        assertThat(received(startup(ProtocolVersion.V3_0, "user", "app", "options", options))
                        .forCompute()
                        .text("options"))
                .contains(forCompute);
    }

    @Test
    void bytesThatAreNotUtf8Survive() {
        // Given
        ByteString role = ByteString.fromInts('r', 0xF6, 'l');
        ByteString options = ByteString.fromString("endpoint=blue -c a=").concat(ByteString.fromInts(0xE4, 0xFF));
        StartupMessage startup = new StartupMessage(
                ProtocolVersion.V3_0,
                List.of(
                        new Parameter("user", role),
                        new Parameter("options", options),
                        new Parameter("application_name", role)));

        // When
        Arrival arrival = received(startup);

        // Then
        assertThat(arrival.endpoint()).contains(new EndpointId("blue"));
        assertThat(arrival.forCompute().parameters())
                .containsExactly(
                        new Parameter("user", role),
                        new Parameter(
                                "options", ByteString.fromString("-c a=").concat(ByteString.fromInts(0xE4, 0xFF))),
                        new Parameter("application_name", role));
    }

    @Test
    void textInUtf8Survives() {
        // When
        Arrival arrival =
                received(startup(ProtocolVersion.V3_0, "user", "göttin", "options", "project=blue -c search_path=日本"));

        // Then
        assertThat(arrival.role()).isEqualTo(new RoleName("göttin"));
        assertThat(arrival.forCompute().text("options")).contains("-c search_path=日本");
    }

    private static Arrival receivedAt(String serverName) {
        return ((Reception.Received) Reception.receive(
                        startup(ProtocolVersion.V3_0, "user", "app"), secured(Optional.of(serverName))))
                .arrival();
    }

    private static Arrival received(StartupMessage startup) {
        return ((Reception.Received) Reception.receive(startup, clearText(false))).arrival();
    }

    private static SessionFailure refusal(Reception.Outcome outcome) {
        return ((Reception.Refused) outcome).failure();
    }

    private static StartupMessage startup(ProtocolVersion version, String... namesAndValues) {
        List<Parameter> parameters = new ArrayList<>();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            parameters.add(Parameter.of(namesAndValues[at], namesAndValues[at + 1]));
        }
        return new StartupMessage(version, parameters);
    }

    private static ClientConnection clearText(boolean tlsRequired) {
        return connection(Optional.empty(), tlsRequired);
    }

    private static ClientConnection secured(Optional<String> serverName) {
        return connection(Optional.of(tls(serverName)), true);
    }

    private static ClientTls tls(Optional<String> serverName) {
        return new ClientTls(serverName, Set.of("example.com"), Optional.empty());
    }

    private static ClientConnection connection(Optional<ClientTls> tls, boolean tlsRequired) {
        return new ClientConnection(
                SessionId.random(),
                Door.TCP,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 5000),
                tls,
                tlsRequired,
                Optional.empty(),
                0);
    }
}
