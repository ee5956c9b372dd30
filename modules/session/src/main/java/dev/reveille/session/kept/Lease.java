package dev.reveille.session.kept;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.NoticeResponse;
import dev.reveille.protocol.backend.NotificationResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.session.relay.Link;
import dev.reveille.session.relay.LinkKeeper;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A session's hold on a compute connection that is to be kept afterwards; its wire gives the connection back. Belongs to the
 * loop of the connection; all calls are made there.
 */
public final class Lease implements LinkKeeper {

    private static final ByteString READY = new ReadyForQuery(TransactionStatus.IDLE).encode();

    private final KeptConnections kept;
    private final Likeness likeness;
    private final KeptConnection.Origin origin;

    /** Of a connection that was kept before, until a wire has it. */
    private Optional<Link> untaken;

    private final boolean reused;
    private ParameterValues parameters;
    private boolean fit = true;

    Lease(
            KeptConnections kept,
            Likeness likeness,
            KeptConnection.Origin origin,
            ParameterValues parameters,
            Optional<Link> untaken) {
        this.kept = kept;
        this.likeness = likeness;
        this.origin = origin;
        this.parameters = parameters;
        this.untaken = untaken;
        this.reused = untaken.isPresent();
    }

    /** What the compute has said of its parameters up to now. */
    public ParameterValues parameters() {
        return parameters;
    }

    /** What it takes to cancel on the connection; absent where the compute gave no key. */
    public Optional<CancelTarget> cancelTarget() {
        return origin.cancelTarget();
    }

    /** What an answer to a Sync means. */
    public enum Answer {
        AWAITED,
        ALIVE,
        /** Whatever it is, nobody can go on with it. */
        DEAD
    }

    /** What the compute says to a Sync, before a wire relays. */
    public Answer hear(List<Frame> messages) {
        for (Frame message : messages) {
            switch (message.tag()) {
                case ReadyForQuery.TAG -> {
                    return fit && message.encode().equals(READY) ? Answer.ALIVE : Answer.DEAD;
                }
                case ParameterStatus.TAG -> heardParameter(message.body());
                case NoticeResponse.TAG, NotificationResponse.TAG -> {} // Of nobody's.
                default -> {
                    return Answer.DEAD;
                }
            }
        }
        return Answer.AWAITED;
    }

    /** The connection is not to be kept: a cancel request may still be on its way to it. */
    public void spoil() {
        fit = false;
    }

    /** The session is over: what never came to its wire is closed. */
    public void settle() {
        untaken.ifPresent(Link::abort);
        untaken = Optional.empty();
    }

    @Override
    public void relays() {
        untaken = Optional.empty();
        if (reused) {
            kept.serves();
        }
    }

    @Override
    public boolean wantsIt() {
        return fit && kept.wants(origin);
    }

    @Override
    public void heardParameter(ByteString body) {
        parameters.with(body).ifPresentOrElse(changed -> parameters = changed, this::lostTrack);
    }

    @Override
    public void lostTrack() {
        fit = false;
    }

    @Override
    public void keep(Link link) {
        kept.keep(new KeptConnection(likeness, origin, parameters, link));
    }
}
