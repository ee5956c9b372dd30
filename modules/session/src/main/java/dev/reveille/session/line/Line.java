package dev.reveille.session.line;

import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.session.relay.Link;
import java.util.ArrayDeque;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A compute connection that is spoken to by us and not by a client: what is to be said waits here until the link takes it,
 * and what is heard is cut into frames. Belongs to the loop of its link; all calls are made there.
 */
public final class Line {

    /** What the link is given at once, so that it never holds much. */
    private static final int PIECE = 64 * 1024;

    private static final ByteString GOODBYE = new Terminate().encode();

    private final Link link;
    private final ArrayDeque<ByteString> toSay = new ArrayDeque<>();
    private boolean over;

    public Line(Link link) {
        this.link = link;
    }

    /** @param bell rings whenever it is worth to listen, or to say more */
    public void open(Runnable bell) {
        link.open(bell);
    }

    /** Says this behind everything before; after the end nothing is said any more. */
    public void say(ByteString bytes) {
        if (!bytes.isEmpty() && !over) {
            toSay.add(bytes);
            sayOn();
        }
    }

    /** Says what waits, as far as the link takes it. */
    public void sayOn() {
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
    public boolean takesMore() {
        return !over && toSay.isEmpty() && link.ready();
    }

    /** Shows the reader what there is. */
    public void hear(FrameReader reader) {
        if (!over) {
            ByteString chunk = link.take();
            if (!chunk.isEmpty()) {
                reader.read(chunk);
            }
        }
    }

    /** Whether the compute will say nothing more. */
    public boolean ended() {
        return !over && link.condition() != Link.Condition.OPEN;
    }

    /**
     * Lets go of the link, for somebody else to open: nothing may wait to be said. Again, or after the end: nothing.
     */
    public Optional<Link> release() {
        if (over || !toSay.isEmpty()) {
            return Optional.empty();
        }
        over = true;
        return Optional.of(link);
    }

    /** Says goodbye and closes. Again: no effect. */
    public void close() {
        if (!over) {
            over = true;
            if (toSay.isEmpty() && link.ready()) {
                link.send(GOODBYE);
            }
            link.close();
        }
    }

    /** Ends it at once. Again: no effect. */
    public void abort() {
        if (!over) {
            over = true;
            link.abort();
        }
    }
}
