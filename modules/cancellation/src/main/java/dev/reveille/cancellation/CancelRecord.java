package dev.reveille.cancellation;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;

/**
 * What must be known of a session to cancel its query without it (spec 02 §12.2): where the compute is, and whose access
 * rules hold for whoever asks. This is what a key store keeps under a key.
 *
 * @param target how to reach the compute's backend
 * @param endpoint the endpoint as the client named it
 * @param role the session's role
 */
public record CancelRecord(CancelTarget target, EndpointKey endpoint, RoleName role) {}
