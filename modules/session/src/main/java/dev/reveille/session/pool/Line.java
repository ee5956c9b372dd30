package dev.reveille.session.pool;

import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.session.relay.Link;
import java.util.ArrayDeque;
import org.apache.pekko.util.ByteString;

/** A connection's bytes: what is to be said waits here until the link takes it, and what is heard is cut into frames. */
final class Line {

    /** What the link is given at once, so that it never holds much. */
    private static final int PIECE = 64 * 1024;

    private static final ByteString GOODBYE = new Terminate().encode();

    private final Link link;
    private final ArrayDeque<ByteString> toSay = new ArrayDeque<>();
    private boolean over;

    Line(Link link) {
        this.link = link;
    }

    /** @param bell rings whenever it is worth to listen, or to say more */
    void open(Runnable bell) {
        link.open(bell);
    }

    void say(ByteString bytes) {
        if (!bytes.isEmpty() && !over) {
            toSay.add(bytes);
            sayOn();
        }
    }

    /** Says what waits, as far as the link takes it. */
    void sayOn() {
        while (!over && !toSay.isEmpty() && link.ready()) {
            ByteString next = toSay.poll();
            if (next.size() > PIECE) {
                toSay.push(next.drop(PIECE));
                next = next.take(PIECE);
            }
            link.send(next);
        }
    }

    /** Whether everything has been said, and more would be taken. */
    boolean takesMore() {
        return !over && toSay.isEmpty() && link.ready();
    }

    /** Shows the reader what there is. */
    void hear(FrameReader reader) {
        if (!over) {
            ByteString chunk = link.take();
            if (!chunk.isEmpty()) {
                reader.read(chunk);
            }
        }
    }

    /** Whether the compute will say nothing more. */
    boolean ended() {
        return !over && link.condition() != Link.Condition.OPEN;
    }

    /** Says goodbye and closes. Again: no effect. */
    void close() {
        if (!over) {
            over = true;
            if (toSay.isEmpty() && link.ready()) {
                link.send(GOODBYE);
            }
            link.close();
        }
    }

    /** Ends it at once. Again: no effect. */
    void abort() {
        if (!over) {
            over = true;
            link.abort();
        }
    }
}
