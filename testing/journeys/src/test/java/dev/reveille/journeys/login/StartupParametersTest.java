package dev.reveille.journeys.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.clients.RawClient;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.util.PSQLException;

/** What a client asks of its session at the start: everything that is not ours goes to the compute as it came. */
@ExtendWith(SharedNode.class)
class StartupParametersTest {

    private static final String SETTINGS =
            "select current_setting('%s') || '|' || current_setting('%s') || '|' || current_setting('%s')";

    private final Destination demo;

    StartupParametersTest(DevNode node) {
        this.demo = node.to("demo");
    }

    @Test
    void whatAClientCallsItselfAndHowItReadsDatesReachTheCompute() throws IOException {
        // When
        try (RawClient client = RawClient.plain(demo)) {
            client.login(
                    demo,
                    ProtocolVersion.V3_0,
                    Parameter.of("application_name", "journeys"),
                    Parameter.of("DateStyle", "German, DMY"),
                    Parameter.of("TimeZone", "Asia/Kolkata"),
                    Parameter.of("search_path", "\"one, two\", public"),
                    Parameter.of("client_encoding", "LATIN1"));

            // Then
            assertThat(client.greetings())
                    .contains(
                            ParameterStatus.of("application_name", "journeys"),
                            ParameterStatus.of("DateStyle", "German, DMY"),
                            ParameterStatus.of("TimeZone", "Asia/Kolkata"),
                            ParameterStatus.of("client_encoding", "LATIN1"))
                    .filteredOn(ParameterStatus.class::isInstance)
                    .extracting(message -> ((ParameterStatus) message).name())
                    .contains("server_version", "integer_datetimes", "standard_conforming_strings");
            client.say(new Query("show search_path"));
            assertThat(client.hearUntilReady())
                    .contains(new DataRow(List.of(Optional.of(ByteString.fromString("\"one, two\", public")))));
        }
    }

    @Test
    void settingsInTheOptionsReachTheComputeWithoutTheEndpoint() throws SQLException {
        // When
        String answer = Jdbc.to(demo)
                .withOptions("-c work_mem=7MB --lock-timeout=1234 -cstatement_timeout=4321")
                .ask(SETTINGS.formatted("work_mem", "lock_timeout", "statement_timeout"));

        // Then
        assertThat(answer).isEqualTo("7MB|1234ms|4321ms");
    }

    @Test
    void spacesAndBackslashesInOptionsSurviveTheWay() {
        // When
        String answer = Psql.to(demo)
                .with("options", "-c search_path=one,\\ two endpoint=demo -c our.words=back\\\\slash\\ and\\ space")
                .ask("select current_setting('search_path') || '|' || current_setting('our.words')");

        // Then
        assertThat(answer).isEqualTo("one, two|back\\slash and space");
    }

    @Test
    void psqlsEnvironmentReachesTheCompute() {
        // When
        String answer = Psql.to(demo)
                .withEnvironment("PGTZ", "America/Caracas")
                .withEnvironment("PGDATESTYLE", "SQL, MDY")
                .withEnvironment("PGAPPNAME", "a story")
                .ask(SETTINGS.formatted("TimeZone", "DateStyle", "application_name"));

        // Then
        assertThat(answer).isEqualTo("America/Caracas|SQL, MDY|a story");
    }

    @Test
    void aSettingThatTheComputeDoesNotKnowIsItsOwnError() throws SQLException {
        // When
        PSQLException refusal =
                Jdbc.to(demo).withOptions("-c no_such_setting=on").refusal();

        // Then
        assertThat(refusal.getSQLState()).isEqualTo("42704");
        assertThat(Jdbc.said(refusal).getMessage())
                .isEqualTo("unrecognized configuration parameter \"no_such_setting\"");
        assertThat(Jdbc.said(refusal).getFile()).isEqualTo("guc.c");
    }

    @Test
    void aSettingWithAnImpossibleValueIsRefusedWithTheComputesHint() throws SQLException {
        // When
        PSQLException refusal = Jdbc.to(demo).withOptions("-c work_mem=7XB").refusal();

        // Then
        assertThat(refusal.getSQLState()).isEqualTo("22023");
        assertThat(Jdbc.said(refusal).getHint()).startsWith("Valid units for this parameter are");
    }
}
