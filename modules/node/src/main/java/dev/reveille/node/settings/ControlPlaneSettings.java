package dev.reveille.node.settings;

import dev.reveille.gateway.controlplane.FixedEndpoint;
import dev.reveille.gateway.jwt.TokenRule;
import dev.reveille.node.embedded.EmbeddedSettings;
import dev.reveille.protocol.names.EndpointId;
import java.util.List;
import java.util.Map;

/** Which control plane a node asks. */
public sealed interface ControlPlaneSettings {

    /** Endpoints that somebody else runs, written down in the configuration. */
    record Fixed(Map<EndpointId, FixedEndpoint> endpoints) implements ControlPlaneSettings {

        public Fixed {
            endpoints = Map.copyOf(endpoints);
        }
    }

    /**
     * Endpoints that this node runs itself, each a PostgreSQL data directory.
     *
     * @param tokens whose tokens open the one role of every endpoint over HTTP
     */
    record Embedded(EmbeddedSettings settings, List<TokenRule> tokens) implements ControlPlaneSettings {

        public Embedded {
            tokens = List.copyOf(tokens);
        }
    }
}
