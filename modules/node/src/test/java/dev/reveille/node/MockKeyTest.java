package dev.reveille.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.controlplane.FixedEndpoint;
import dev.reveille.node.settings.ControlPlaneSettings;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** A stranger who asks twice, or two nodes, must not see which roles are made up. */
class MockKeyTest {

    @Test
    void nodesWithTheSameListMakeUpTheSame() {
        assertThat(keyOf("one", "two", "three")).isEqualTo(keyOf("three", "one", "two"));
    }

    @Test
    void whoDoesNotKnowTheVerifiersCannotMakeUpTheSame() {
        assertThat(keyOf("one", "two")).isNotEqualTo(keyOf("one", "three"));
    }

    @Test
    void aListWithoutAnySecretGivesAKeyThatNobodyCanGuess() {
        assertThat(keyOf()).isNotEqualTo(keyOf());
    }

    /** The key of a list with a role for each of these passwords, in this order. */
    private static ByteString keyOf(String... passwords) {
        Map<EndpointId, FixedEndpoint> endpoints = new LinkedHashMap<>();
        for (String password : passwords) {
            ScramVerifier verifier = ScramVerifier.ofPassword(password, ByteString.fromString("0123456789abcdef"), 1);
            endpoints.put(
                    new EndpointId("of-" + password),
                    new FixedEndpoint(
                            new ComputeAddress("127.0.0.1", 5432),
                            ComputeTls.DISABLED,
                            List.of(),
                            Map.of(new RoleName("app"), verifier)));
        }
        return MockKey.of(new ControlPlaneSettings.Fixed(endpoints), Optional.empty());
    }
}
