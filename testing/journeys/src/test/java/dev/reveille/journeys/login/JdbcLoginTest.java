package dev.reveille.journeys.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** pgjdbc at the front door, direct TLS included, which Debian's libpq does not know yet. */
@ExtendWith(SharedNode.class)
class JdbcLoginTest {

    private static final String WHERE = "select current_setting('cluster_name')";

    private final Destination demo;

    JdbcLoginTest(DevNode node) {
        this.demo = node.to("demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
    void anEndpointNamedByAnOptionIsReachedInEveryTlsMode(String sslmode) throws SQLException {
        // When
        String answer = Jdbc.to(demo).with("sslmode", sslmode).ask(WHERE);

        // Then
        assertThat(answer).isEqualTo("demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-ca", "verify-full"})
    void anEndpointNamedByTheServerNameIsReachedOverTls(String sslmode) throws SQLException {
        // When
        String answer = Jdbc.to(demo).byServerName(sslmode).ask(WHERE);

        // Then
        assertThat(answer).isEqualTo("demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "verify-full"})
    void tlsMayBeginWithTheFirstByte(String sslmode) throws SQLException {
        // When
        String answer = Jdbc.to(demo)
                .byServerName(sslmode)
                .with("sslNegotiation", "direct")
                .ask(WHERE);

        // Then
        assertThat(answer).isEqualTo("demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "prefer", "disable"})
    void theDriverMayInsistOnBindingItsProofToTheChannelOrNot(String binding) throws SQLException {
        // When
        String answer = Jdbc.to(demo)
                .byServerName("verify-full")
                .with("channelBinding", binding)
                .ask(WHERE);

        // Then
        assertThat(answer).isEqualTo("demo");
    }

    @Test
    void directTlsAndABoundProofGoTogether() throws SQLException {
        // When
        String answer = Jdbc.to(demo)
                .byServerName("verify-full")
                .with("sslNegotiation", "direct")
                .with("channelBinding", "require")
                .ask(WHERE);

        // Then
        assertThat(answer).isEqualTo("demo");
    }

    @Test
    void anEndpointThatOnlyThePasswordNamesIsReachedOverTls() throws SQLException {
        // When
        String answer = Jdbc.to(demo.as("app", "endpoint=demo;" + demo.password()))
                .without("options")
                .with("sslmode", "require")
                .ask(WHERE);

        // Then
        assertThat(answer).isEqualTo("demo");
    }

    @Test
    void aWrongPasswordHasItsOwnSqlState() throws SQLException {
        // When
        PSQLException refusal = Jdbc.to(demo.as("app", "not it")).refusal();

        // Then
        assertThat(refusal.getSQLState()).isEqualTo("28P01");
        assertThat(Jdbc.said(refusal).getMessage()).isEqualTo("password authentication failed for user 'app'");
        assertThat(Jdbc.said(refusal).getDetail()).matches("Session [0-9a-f-]{36}\\.");
    }

    @Test
    void aWrongPasswordBehindAnEndpointsNameIsRefusedInTheSameWords() throws SQLException {
        // When
        PSQLException refusal = Jdbc.to(demo.as("app", "endpoint=demo;not it"))
                .without("options")
                .with("sslmode", "require")
                .refusal();

        // Then
        assertThat(refusal.getSQLState()).isEqualTo("28P01");
        assertThat(Jdbc.said(refusal).getMessage()).isEqualTo("password authentication failed for user 'app'");
    }

    @Test
    void aClientThatNamesNoEndpointIsToldHow() throws SQLException {
        // When
        PSQLException refusal = Jdbc.to(demo).without("options").refusal();

        // Then
        assertThat(refusal.getSQLState()).isEqualTo("28000");
        assertThat(Jdbc.said(refusal).getMessage()).contains("?options=endpoint%3D<endpoint-id>");
    }

    @Test
    void aDatabaseThatDoesNotExistIsTheComputesOwnError() throws SQLException {
        // When
        PSQLException refusal = Jdbc.to(demo.inDatabase("nowhere")).refusal();

        // Then
        assertThat(refusal.getSQLState()).isEqualTo("3D000");
        assertThat(Jdbc.said(refusal).getRoutine()).isEqualTo("InitPostgres");
    }
}
