package dev.reveille.session.visit;

import dev.reveille.cancellation.CancelHolder;
import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.session.relay.Wire;
import java.util.Optional;

/**
 * What a session owes to others from the moment it reaches for its compute: the use of the compute is ended exactly once,
 * the cancel key is forgotten, the wire is closed. Used by the session's actor only.
 */
final class Obligations {

    private final SessionRoles roles;
    private final EndpointKey endpoint;
    private final Wire wire;
    private CancelKey key;
    private CancelTarget target;
    private boolean settled;

    private Obligations(SessionRoles roles, EndpointKey endpoint, Wire wire) {
        this.roles = roles;
        this.endpoint = endpoint;
        this.wire = wire;
    }

    static Obligations begin(SessionRoles roles, EndpointKey endpoint, Wire wire) {
        roles.usage().began(endpoint);
        return new Obligations(roles, endpoint, wire);
    }

    CancelKey issueKey(ProtocolVersion version, CancelRecord record, CancelHolder holder) {
        forgetKey();
        target = record.target();
        key = roles.cancelKeys().issue(version, record, holder);
        return key;
    }

    void forgetKey() {
        if (key != null) {
            roles.cancelKeys().forget(key);
            key = null;
            target = null;
        }
    }

    /** Whom to ask for a cancellation; nothing where the compute gave no key. */
    Optional<CancelTarget> target() {
        return Optional.ofNullable(target);
    }

    Wire wire() {
        return wire;
    }

    void settle() {
        if (!settled) {
            settled = true;
            forgetKey();
            wire.abort(); // Does nothing where the wire has ended by itself.
            roles.usage().ended(endpoint);
        }
    }
}
