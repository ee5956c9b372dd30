package dev.reveille.journeys.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.RawClient;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.NegotiateProtocolVersion;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.startup.GssEncRequest;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Versions of the protocol, newer than any that PostgreSQL 15 behind us knows (PostgreSQL 18 manual, 54.1). */
@ExtendWith(SharedNode.class)
class ProtocolVersionsTest {

    /** A sealed key; the protocol allows up to 256 bytes. */
    private static final int LONG_SECRET_MIN = 32;

    private static final int LONG_SECRET_MAX = 256;
    private static final int SHORT_SECRET = 4;

    private final Destination demo;

    ProtocolVersionsTest(DevNode node) {
        this.demo = node.to("demo");
    }

    @Test
    void aClientOfVersion32GetsALongCancelKeyAndNothingToNegotiate() throws IOException {
        try (RawClient client = RawClient.plain(demo)) {
            // When
            client.login(demo, ProtocolVersion.V3_2);

            // Then
            assertThat(client.cancelKey().secretKey().size()).isBetween(LONG_SECRET_MIN, LONG_SECRET_MAX);
            assertThat(client.greetings()).noneMatch(NegotiateProtocolVersion.class::isInstance);
        }
    }

    @Test
    void aClientOfVersion30GetsACancelKeyOfTheOldLength() throws IOException {
        try (RawClient client = RawClient.plain(demo)) {
            // When
            client.login(demo, ProtocolVersion.V3_0);

            // Then
            assertThat(client.cancelKey().secretKey().size()).isEqualTo(SHORT_SECRET);
        }
    }

    @Test
    void aClientThatGreasesItsVersionIsToldTheNewestAndGoesOn() throws IOException {
        try (RawClient client = RawClient.plain(demo)) {
            // When
            client.login(demo, new ProtocolVersion(3, 9999), Parameter.of("_pq_.test_protocol_negotiation", ""));

            // Then
            assertThat(client.greetings().getFirst())
                    .isEqualTo(new NegotiateProtocolVersion(
                            ProtocolVersion.V3_2, List.of("_pq_.test_protocol_negotiation")));
            assertThat(client.cancelKey().secretKey().size()).isBetween(LONG_SECRET_MIN, LONG_SECRET_MAX);
            client.say(new Query("select 1"));
            assertThat(client.hearUntilReady()).noneMatch(ErrorResponse.class::isInstance);
        }
    }

    @Test
    void anUnknownProtocolOptionIsAnsweredAndNotForwarded() throws IOException {
        try (RawClient client = RawClient.plain(demo)) {
            // When
            client.login(demo, ProtocolVersion.V3_0, Parameter.of("_pq_.wings", "on"));

            // Then
            assertThat(client.greetings().getFirst())
                    .isEqualTo(new NegotiateProtocolVersion(ProtocolVersion.V3_0, List.of("_pq_.wings")));
        }
    }

    @Test
    void aClientOfAnotherMajorVersionIsRefused() throws IOException {
        try (RawClient client = RawClient.plain(demo)) {
            // When
            client.say(new StartupMessage(new ProtocolVersion(2, 0), List.of(Parameter.of("user", "app"))).encode());

            // Then
            assertThat(client.hear())
                    .isInstanceOfSatisfying(
                            ErrorResponse.class,
                            error -> assertThat(error.fields().sqlState()).isEqualTo("0A000"));
        }
    }

    @Test
    void aClientThatAsksForGssEncryptionFirstMayGoOnWithoutIt() throws IOException {
        try (RawClient client = RawClient.plain(demo)) {
            // Given
            client.say(new GssEncRequest().encode());
            assertThat(client.byteHeard()).isEqualTo('N');

            // When
            client.login(demo, ProtocolVersion.V3_0);

            // Then
            client.say(new Query("select 1"));
            assertThat(client.hearUntilReady()).noneMatch(ErrorResponse.class::isInstance);
        }
    }
}
