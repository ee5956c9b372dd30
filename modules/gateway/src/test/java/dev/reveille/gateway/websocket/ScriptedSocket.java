package dev.reveille.gateway.websocket;

import dev.reveille.session.relay.Link;
import org.apache.pekko.util.ByteString;

/** A socket that does what the test says. */
final class ScriptedSocket implements Link {

    private Runnable changed = () -> {};
    private ByteString toRead = ByteString.emptyByteString();
    private ByteString sent = ByteString.emptyByteString();
    private Condition condition = Condition.OPEN;
    private boolean ready = true;
    private String end = "open";

    void says(byte[] frames) {
        toRead = toRead.concat(ByteString.fromArray(frames));
        changed.run();
    }

    void takesNothing() {
        ready = false;
    }

    void takesAgain() {
        ready = true;
        changed.run();
    }

    void hangsUp() {
        condition = Condition.FINISHED;
        changed.run();
    }

    /** What was sent since the last look. */
    ByteString heard() {
        ByteString heard = sent;
        sent = ByteString.emptyByteString();
        return heard;
    }

    /** Bytes that nobody has read. */
    int waiting() {
        return toRead.size();
    }

    String end() {
        return end;
    }

    @Override
    public void open(Runnable listener) {
        changed = listener;
    }

    @Override
    public ByteString take() {
        ByteString taken = toRead.take(16 * 1024).compact();
        toRead = toRead.drop(taken.size());
        return taken;
    }

    @Override
    public Condition condition() {
        return toRead.isEmpty() ? condition : Condition.OPEN;
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public void send(ByteString bytes) {
        sent = sent.concat(bytes);
    }

    @Override
    public void finishSending() {
        end = "half closed";
    }

    @Override
    public void close() {
        end = "closed";
    }

    @Override
    public void abort() {
        end = "aborted";
    }
}
