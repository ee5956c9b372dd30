package dev.reveille.session.kept;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.session.compute.KnownCompute;
import dev.reveille.session.relay.Link;
import dev.reveille.session.relay.LinkKeeper;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A session's hold on a compute connection that is to be kept afterwards; its wire gives it back. Belongs to the loop of the
 * connection; all calls are made there.
 */
public final class Lease implements LinkKeeper {

    private final KeptConnections kept;
    private final KeptKey key;
    private final KeptConnection.Origin origin;
    private final Optional<Link> found;
    private ParameterValues parameters;
    private boolean fit = true;
    private boolean relayed;

    private Lease(
            KeptConnections kept,
            KeptKey key,
            KeptConnection.Origin origin,
            ParameterValues parameters,
            Optional<Link> found) {
        this.kept = kept;
        this.key = key;
        this.origin = origin;
        this.parameters = parameters;
        this.found = found;
    }

    /** For a connection that the session has just opened, and a wire has. */
    public static Lease opened(
            KeptConnections kept,
            KeptKey key,
            KnownCompute compute,
            Optional<CancelTarget> target,
            ParameterValues parameters) {
        KeptConnection.Origin origin = new KeptConnection.Origin(compute, target, kept.now());
        return new Lease(kept, key, origin, parameters, Optional.empty());
    }

    /** For a connection that was kept before, and is about to be given to a wire. */
    public static Lease again(KeptConnections kept, KeptKey key, KnownCompute compute, Found found) {
        KeptConnection.Origin origin = new KeptConnection.Origin(compute, found.cancelTarget(), found.openedAtNanos());
        return new Lease(kept, key, origin, found.parameters(), Optional.of(found.link()));
    }

    /** What the compute has said of its parameters up to now. */
    public ParameterValues parameters() {
        return parameters;
    }

    /** The connection is not to be kept: a cancel request may still be on its way to it. */
    public void spoil() {
        fit = false;
    }

    /** The session is over: what never came to its wire is closed. */
    public void settle() {
        if (!relayed) {
            relayed = true;
            found.ifPresent(Link::abort);
        }
    }

    @Override
    public void isRelayed() {
        relayed = true;
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
        kept.keep(new KeptConnection(key, origin, parameters, link));
    }
}
