package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.EndpointId;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoopbackPortsTest {

    private final LoopbackPorts ports = new LoopbackPorts();

    @Test
    void anEndpointKeepsItsPort() throws Exception {
        int first = ports.portFor(new EndpointId("demo"));

        assertThat(ports.portFor(new EndpointId("demo"))).isEqualTo(first);
    }

    @Test
    void noTwoEndpointsEverHaveTheSamePort() throws Exception {
        // Given
        Set<Integer> given = new HashSet<>();

        // When
        for (int at = 0; at < 200; at++) {
            EndpointId endpoint = new EndpointId("ep-" + at);
            given.add(ports.portFor(endpoint));
            ports.lost(endpoint);
        }

        // Then
        assertThat(given).hasSize(200);
    }

    @Test
    void aPortThatSomebodyElseTookIsReplaced() throws Exception {
        // Given
        int first = ports.portFor(new EndpointId("demo"));
        try (ServerSocket stranger = new ServerSocket()) {
            stranger.bind(new InetSocketAddress(LoopbackPorts.LOOPBACK, first));

            // When
            int second = ports.portFor(new EndpointId("demo"));

            // Then
            assertThat(second).isNotEqualTo(first);
        }
    }
}
