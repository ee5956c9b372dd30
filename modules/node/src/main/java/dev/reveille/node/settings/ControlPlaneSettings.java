package dev.reveille.node.settings;

import dev.reveille.gateway.controlplane.FixedEndpoint;
import dev.reveille.protocol.names.EndpointId;
import java.nio.file.Path;
import java.time.Duration;
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
     * @param data where they are kept
     * @param idle how long a compute that nobody uses keeps running
     * @param endpointsMax how many endpoints there may be
     */
    record Embedded(Path data, Duration idle, int endpointsMax) implements ControlPlaneSettings {}
}
