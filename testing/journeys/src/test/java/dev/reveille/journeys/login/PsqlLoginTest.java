package dev.reveille.journeys.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** libpq at the front door, in the modes of its manual (34.19). */
@ExtendWith(SharedNode.class)
class PsqlLoginTest {

    private static final String WHO = "select current_user || '@' || current_setting('cluster_name')";

    private final DevNode node;
    private final Destination demo;

    PsqlLoginTest(DevNode node) {
        this.node = node;
        this.demo = node.to("demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "allow", "prefer", "require", "verify-ca"})
    void anEndpointNamedByAnOptionIsReachedInEveryTlsMode(String sslmode) {
        // When
        String answer = Psql.to(demo).with("sslmode", sslmode).ask(WHO);

        // Then
        assertThat(answer).isEqualTo("app@demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefer", "require", "verify-ca", "verify-full"})
    void anEndpointNamedByTheServerNameIsReachedInEveryModeThatUsesTls(String sslmode) {
        // When
        String answer = Psql.to(demo).byServerName("demo", sslmode).ask(WHO);

        // Then
        assertThat(answer).isEqualTo("app@demo");
    }

    @Test
    void theAddressAloneIsVerifiedToo() {
        // When
        String answer = Psql.to(demo).with("sslmode", "verify-full").ask(WHO);

        // Then
        assertThat(answer).isEqualTo("app@demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"require", "disable", "prefer"})
    void psqlMayInsistOnBindingItsProofToTheChannelOrNot(String binding) {
        // When
        String answer = Psql.to(demo)
                .byServerName("demo", "verify-full")
                .with("channel_binding", binding)
                .ask(WHO);

        // Then
        assertThat(answer).isEqualTo("app@demo");
    }

    @Test
    void aProofCannotBeBoundToAChannelInClearText() {
        // When
        var outcome = Psql.to(demo).with("channel_binding", "require").ask(List.of(WHO));

        // Then
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("channel binding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"endpoint=demo;", "project=demo;", "endpoint=demo$"})
    void anEndpointThatOnlyThePasswordNamesIsReachedOverTls(String prefix) {
        // When
        String answer = Psql.to(demo.as("app", prefix + demo.password()))
                .without("options")
                .with("sslmode", "require")
                .ask(WHO);

        // Then
        assertThat(answer).isEqualTo("app@demo");
    }

    @Test
    void aPasswordThatNamesTheEndpointIsNeverAskedForInClearText() {
        // When
        var outcome = Psql.to(demo.as("app", "endpoint=demo;" + demo.password()))
                .without("options")
                .ask(List.of(WHO));

        // Then
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("Endpoint ID is not specified").doesNotContain("Password");
    }

    @Test
    void theProjectOptionNamesAnEndpointAsWell() {
        // When
        String answer = Psql.to(demo).with("options", "project=demo").ask(WHO);

        // Then
        assertThat(answer).isEqualTo("app@demo");
    }

    @Test
    void aWrongPasswordIsRefused() {
        // When
        var outcome = Psql.to(demo.as("app", "not it")).ask(List.of(WHO));

        // Then
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("FATAL:  password authentication failed for user 'app'", "Session ");
    }

    @Test
    void anUnknownRoleLooksLikeAWrongPassword() {
        // When
        var outcome = Psql.to(demo.as("nobody", demo.password())).ask(List.of(WHO));

        // Then
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("FATAL:  password authentication failed for user 'nobody'");
    }

    @Test
    void nobodyComesInAsTheSuperuserOfACompute() {
        // When
        var outcome = Psql.to(demo.as("reveille", demo.password())).ask(List.of(WHO));

        // Then
        assertThat(outcome.err()).contains("FATAL:  password authentication failed for user 'reveille'");
    }

    @Test
    void twoDifferentNamesForTheEndpointAreRefused() {
        // When
        var outcome = Psql.to(demo)
                .byServerName("demo", "require")
                .with("options", "endpoint=other")
                .ask(List.of(WHO));

        // Then
        assertThat(outcome.err())
                .contains("Inconsistent project name inferred from SNI ('demo') and project option ('other').");
    }

    @Test
    void aNameThatCannotBeAnEndpointsIsRefused() {
        // When
        var outcome = Psql.to(node.to("not_a_name")).ask(List.of(WHO));

        // Then
        assertThat(outcome.err())
                .contains("Project name ('not_a_name') must contain only alphanumeric characters and hyphen.");
    }

    @Test
    void aDatabaseThatDoesNotExistIsTheComputesOwnError() {
        // When
        var outcome = Psql.to(demo.inDatabase("nowhere")).ask(List.of(WHO));

        // Then
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("FATAL:  database \"nowhere\" does not exist");
    }
}
