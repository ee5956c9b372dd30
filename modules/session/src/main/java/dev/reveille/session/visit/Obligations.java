package dev.reveille.session.visit;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.session.interruption.PendingCancels;
import dev.reveille.session.kept.Lease;
import dev.reveille.session.relay.Wire;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a session owes to others from the moment it reaches for its compute: the use of the compute is ended exactly once,
 * the cancel key is forgotten and whoever has shown it hears the end, the wire is closed, and so is a connection that it was
 * given and never relayed on. Used by the session's actor only.
 */
final class Obligations {

    private final SessionRoles roles;
    private final EndpointKey endpoint;
    private final Wire wire;
    private CancelKey key;
    private CancelRecord record;
    private PendingCancels pending;

    /** On a connection that is kept afterwards; null where it is not. */
    private Lease lease;

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

    /** The client gets a key; {@code session} hears of each request that shows it. */
    CancelKey issueKey(ProtocolVersion version, CancelRecord issued, Consumer<PendingCancels.Pending> session) {
        forgetKey();
        record = issued;
        pending = new PendingCancels(session);
        key = roles.cancelKeys().issue(version, issued, pending);
        return key;
    }

    void forgetKey() {
        if (key != null) {
            roles.cancelKeys().forget(key);
            pending.close();
            key = null;
            pending = null;
            record = null;
        }
    }

    /** What it takes to cancel; nothing where the compute gave no key. */
    Optional<CancelRecord> record() {
        return Optional.ofNullable(record);
    }

    /** The compute's connection is kept when the session is over. */
    void hold(Lease onConnection) {
        if (lease != null) {
            lease.settle();
        }
        lease = onConnection;
    }

    /** A cancel request may reach the compute when the session is long over. */
    void spoilConnection() {
        if (lease != null) {
            lease.spoil();
        }
    }

    Wire wire() {
        return wire;
    }

    void settle() {
        if (!settled) {
            settled = true;
            forgetKey();
            wire.abort(); // Does nothing where the wire has ended by itself.
            if (lease != null) {
                lease.settle();
            }
            roles.usage().ended(endpoint);
        }
    }
}
