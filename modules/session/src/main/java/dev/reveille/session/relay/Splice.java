package dev.reveille.session.relay;

import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * The shortcut of a relay: two plain sockets of one loop that, once joined, pass on to each other what arrives, without a
 * stream, a mailbox or a copy on the heap in between (decision 0012). It knows nothing of what it carries; an {@link
 * Onlooker} sees all of it. Whatever is out of the ordinary, such as an end, a failure or a peer that does not take all at
 * once, parts the two by itself, and is then told the usual way: both links are as if they had never been joined.
 *
 * <p>Belongs to the loop on which the wire runs; all calls are made there.
 */
public interface Splice {

    /** Sees what passes. Called on the loop between two turns of the wire, never in one. */
    interface Onlooker {

        /**
         * Looks at what the client says.
         *
         * @param bytes only valid during the call
         * @return whether it may pass; otherwise the two are parted, and it is given to {@link #keptFromCompute}
         */
        boolean toCompute(ByteBuffer bytes);

        /** Looks at what the compute says; as {@link #toCompute}. */
        boolean toClient(ByteBuffer bytes);

        /** Something the client said was seen and did not pass. */
        void keptFromCompute(ByteString bytes);

        /** Something the compute said was seen and did not pass. */
        void keptFromClient(ByteString bytes);
    }

    /** Joins the two, if nothing that has arrived is still held and nothing waits to be sent. Again: no effect. */
    void join();

    /** Parts the two. Not joined: no effect. */
    void part();
}
