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
 * @param shared whether the backend may serve another session as soon as this one is over: then nobody may cancel there but
 *     the session itself, and no key store hears of it, because what is written down outlives the session by a moment
 */
public record CancelRecord(CancelTarget target, EndpointKey endpoint, RoleName role, boolean shared) {

    /** Of a session that has its backend to itself. */
    public CancelRecord(CancelTarget target, EndpointKey endpoint, RoleName role) {
        this(target, endpoint, role, false);
    }
}
