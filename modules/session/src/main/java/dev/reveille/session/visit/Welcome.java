package dev.reveille.session.visit;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.ClientConnection.Milestone;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.authentication.LoginRules;
import dev.reveille.session.kept.Lease;
import dev.reveille.session.reception.Arrival;
import dev.reveille.session.visit.Session.Command;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.util.ByteString;

/**
 * What the client is to hear when its compute is ready: kept until then, so that it hears everything at once, and in the
 * right order where something fails. Used by the session's actor only.
 */
final class Welcome {

    private static final ByteString NOTHING = ByteString.emptyByteString();

    private final Visit visit;
    private final Arrival arrival;
    private final EndpointKey endpoint;
    private final Obligations obligations;
    private final ByteString proof;
    private ByteString greeting = NOTHING;

    /** @param proof what the client is still to hear of its own login */
    Welcome(Visit visit, Arrival arrival, EndpointKey endpoint, Obligations obligations, ByteString proof) {
        this.visit = visit;
        this.arrival = arrival;
        this.endpoint = endpoint;
        this.obligations = obligations;
        this.proof = proof;
    }

    void add(ByteString bytes) {
        greeting = greeting.concat(bytes);
    }

    /**
     * The client never sees the compute's own key: those repeat from compute to compute, and are theirs alone.
     *
     * @param shared whether the connection may serve another session afterwards
     */
    void addKeyFor(CancelTarget target, boolean shared) {
        ActorRef<Command> self = visit.context().getSelf();
        CancelKey key = obligations.issueKey(
                arrival.version(),
                new CancelRecord(target, endpoint, arrival.role(), shared),
                request -> self.tell(new Session.CancelWanted(request)));
        add(new BackendKeyData(key.processId(), key.secret()).encode());
    }

    /** Bytes that a compute has said of itself. */
    int size() {
        return greeting.size();
    }

    /** Another compute will say it. */
    void beginAgain() {
        greeting = NOTHING;
        obligations.forgetKey();
    }

    /** The compute is ready. */
    Behavior<Command> relay(Optional<Lease> lease) {
        visit.stopClock();
        visit.wire().tellClient(proof.concat(greeting));
        visit.wire().relay(lease);
        Consumer<Milestone> observer = visit.connection().observer();
        observer.accept(Milestone.LOGGED_IN);
        Guest guest = new Guest(visit.id(), visit.connection().client(), endpoint, arrival.role(), observer);
        return new Relaying(visit.context(), visit.roles(), guest, obligations, LoginRules.door(visit.connection()));
    }

    /** It will not be ready; the client hears why behind what it has yet to hear. */
    Behavior<Command> refuse(SessionFailure failure) {
        return visit.refuse(failure, proof.concat(greeting));
    }
}
