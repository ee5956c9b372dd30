package dev.reveille.session.relay;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.util.ByteString;

/** Wants every connection, and writes down what it is told. */
final class RecordingKeeper implements LinkKeeper {

    private final List<ByteString> heard = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Link> kept = new CompletableFuture<>();
    private volatile boolean lost;

    /** The bodies of parameters. */
    List<ByteString> heard() {
        return heard;
    }

    boolean hasLostTrack() {
        return lost;
    }

    /** The connection, once it was given back. */
    CompletableFuture<Link> kept() {
        return kept;
    }

    @Override
    public void relays() {}

    @Override
    public boolean wantsIt() {
        return true;
    }

    @Override
    public void heardParameter(ByteString body) {
        heard.add(body);
    }

    @Override
    public void lostTrack() {
        lost = true;
    }

    @Override
    public void keep(Link link) {
        kept.complete(link);
    }
}
