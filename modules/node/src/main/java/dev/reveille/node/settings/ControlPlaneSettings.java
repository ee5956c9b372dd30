package dev.reveille.node.settings;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.access.AddressPattern;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Which control plane a node asks. */
public sealed interface ControlPlaneSettings {

    /** Endpoints that somebody else runs, written down in the configuration. */
    record Fixed(Map<EndpointId, Endpoint> endpoints) implements ControlPlaneSettings {

        public Fixed {
            endpoints = Map.copyOf(endpoints);
        }

        /**
         * One endpoint.
         *
         * @param allowedAddresses from where clients may come; empty for everywhere
         * @param roles who may log in
         */
        public record Endpoint(
                ComputeAddress address,
                ComputeTls tls,
                List<AddressPattern> allowedAddresses,
                Map<RoleName, ScramVerifier> roles) {

            public Endpoint {
                allowedAddresses = List.copyOf(allowedAddresses);
                roles = Map.copyOf(roles);
            }
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
