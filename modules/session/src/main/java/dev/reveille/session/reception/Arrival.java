package dev.reveille.session.reception;

import dev.reveille.protocol.backend.NegotiateProtocolVersion;
import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import java.util.List;
import java.util.Optional;

/**
 * What a client asked for in its start-up message.
 *
 * @param endpoint where to; absent when the client named none, so that its password must
 * @param role as whom
 * @param options what the client chose among the endpoint's computes
 * @param version the protocol that is spoken from here on, 3.0 or 3.2
 * @param answer what the client must be told about its version and protocol options, before anything else
 * @param forCompute the start-up message for the compute: the client's, without what was meant for us
 */
public record Arrival(
        Optional<EndpointId> endpoint,
        RoleName role,
        List<ComputeOption> options,
        ProtocolVersion version,
        Optional<NegotiateProtocolVersion> answer,
        StartupMessage forCompute) {

    /** The same arrival, at the endpoint that the client's password named. */
    public Arrival at(EndpointId named) {
        return new Arrival(Optional.of(named), role, options, version, answer, forCompute);
    }
}
