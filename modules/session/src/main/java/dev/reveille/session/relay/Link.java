package dev.reveille.session.relay;

import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A connection as a wire holds it at its compute's end: a role that the gateway plays with sockets. Lighter than a stream,
 * because a wire has one in its hands for as long as a client is idle (decision 0007).
 *
 * <p>Belongs to the loop on which the wire runs; all calls are made there. After {@link #close} or {@link #abort}
 * nothing more may be called but these two, which then close what is not closed yet.
 */
public interface Link {

    /** Whether there is more to come. */
    enum Condition {
        /** Bytes are held, or more may come. */
        OPEN,
        /** The other side has finished, and everything it said was taken. */
        FINISHED,
        /** The connection broke, and everything that arrived before was taken. */
        FAILED
    }

    /**
     * Begins to read. Called once; whoever takes over a link that is open already calls it again and is told from then on.
     *
     * @param changed called on the loop whenever it is worth looking again: bytes came, bytes may be sent again, the
     *     condition changed; it must only ring a bell
     */
    void open(Runnable changed);

    /** All that has been received and not taken yet; empty where there is nothing. Reading goes on behind it. */
    ByteString take();

    Condition condition();

    /** Whether {@link #send} is welcome. Who sends all the same makes the link hold what it should not. */
    boolean ready();

    void send(ByteString bytes);

    /**
     * A shortcut from this link, the client's, to that of its compute and back, where there can be one. Asked for once, when
     * both are open.
     */
    default Optional<Splice> splice(Link compute, Splice.Onlooker onlooker) {
        return Optional.empty();
    }

    /** Nothing more will be sent; what the other side sends still arrives. Again: no effect. */
    void finishSending();

    /** Ends the connection when all that was sent has left, and gives the other side time to read it. */
    void close();

    /** Ends the connection at once. */
    void abort();
}
