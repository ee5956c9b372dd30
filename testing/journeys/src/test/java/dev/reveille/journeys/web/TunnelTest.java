package dev.reveille.journeys.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** psql, whose TCP connection a tunnel puts into a WebSocket (spec 03, scenario 3). */
@ExtendWith(SharedNode.class)
class TunnelTest {

    private final DevNode node;
    private final Destination demo;

    TunnelTest(DevNode node) {
        this.node = node;
        this.demo = node.to("tunnel");
    }

    @Test
    void aClientThatAsksForEncryptionInsideIsServedWithout() throws IOException {
        try (Tunnel tunnel = Tunnel.to(node.doors().web())) {
            // When
            String answer = through(tunnel).with("sslmode", "prefer").ask("select 'in'");

            // Then
            assertThat(answer).isEqualTo("in");
        }
    }

    @Test
    void whatComesBackIsWholeHoweverMuchItIs() throws IOException {
        try (Tunnel tunnel = Tunnel.to(node.doors().web())) {
            // When
            String answer = through(tunnel).ask("select string_agg(n::text, '') from generate_series(1, 400000) n");

            // Then
            assertThat(answer).hasSize(2_288_895).startsWith("123456").endsWith("399999400000");
        }
    }

    @Test
    void aWrongPasswordIsSaid() throws IOException {
        try (Tunnel tunnel = Tunnel.to(node.doors().web())) {
            // When
            Psql.Outcome outcome =
                    through(tunnel).withEnvironment("PGPASSWORD", "a guess").ask(List.of("select 1"));

            // Then
            assertThat(outcome.status()).isNotZero();
            assertThat(outcome.err()).contains("password authentication failed");
        }
    }

    private Psql through(Tunnel tunnel) {
        return Psql.to(demo).with("port", Integer.toString(tunnel.port()));
    }
}
