package dev.reveille.session.relay;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.session.relay.RelaySummary.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The compute's end of a wire, from attach to detach; rings of the bell that come after it was let go are ignored. Used in
 * the wire's turn, but for {@link #run}.
 */
final class ComputeEnd implements Runnable {

    /** Not listening. */
    private static final int DEAF = -1;

    private static final ByteString NOTHING = ByteString.emptyByteString();

    private final WireLogic wire;
    private final Link link;
    private ByteString fromCompute = NOTHING;
    private ByteString toCompute = NOTHING;
    private int messageMax = DEAF;
    private boolean sendingFinished;

    ComputeEnd(WireLogic wire, Link link) {
        this.wire = wire;
        this.link = link;
    }

    /** The link's bell: whatever it means is looked into in the stage's turn. */
    @Override
    public void run() {
        wire.ringFor(this);
    }

    void changed() {
        if (!toCompute.isEmpty() && link.ready()) {
            ByteString bytes = toCompute;
            toCompute = NOTHING;
            link.send(bytes);
            if (sendingFinished) {
                link.finishSending();
            }
        }
        if (!wire.relaying()) {
            offer();
        } else {
            wire.wantFromClient();
            want();
        }
    }

    void listen(int bodyLengthMax) {
        messageMax = bodyLengthMax;
        offer();
    }

    boolean ready() {
        return toCompute.isEmpty() && link.ready();
    }

    void tell(ByteString bytes) {
        if (ready()) {
            link.send(bytes);
        } else {
            toCompute = toCompute.concat(bytes);
        }
    }

    void relay() {
        ByteString early = fromCompute;
        fromCompute = NOTHING;
        if (!early.isEmpty()) {
            wire.carryToClient(early);
        }
        want();
    }

    /** Carries on what the compute has said, if the client takes it. */
    void want() {
        if (wire.isAttached(this) && wire.clientTakes()) {
            ByteString chunk = link.take();
            if (!chunk.isEmpty()) {
                wire.carryToClient(chunk);
            }
        }
        if (wire.isAttached(this)) {
            lookForItsEnd();
        }
    }

    void finishSending() {
        sendingFinished = true;
        if (toCompute.isEmpty()) {
            link.finishSending();
        }
    }

    /** Joins the link to the wire. */
    void open() {
        link.open(this);
    }

    Optional<Splice> spliceWith(Link client, Splice.Onlooker onlooker) {
        return client.splice(link, onlooker);
    }

    /** Lets go of the link without closing it, where nothing is held. */
    Optional<Link> release() {
        boolean quiet = toCompute.isEmpty() && fromCompute.isEmpty() && !sendingFinished;
        return quiet && link.condition() == Link.Condition.OPEN ? Optional.of(link) : Optional.empty();
    }

    void abort() {
        link.abort();
    }

    void close() {
        link.close();
    }

    private void lookForItsEnd() {
        switch (link.condition()) {
            case OPEN -> {}
            case FINISHED -> wire.computeEnded(End.COMPUTE_CLOSED);
            case FAILED -> wire.computeEnded(End.COMPUTE_FAILED);
        }
    }

    /** Hands over what is there if it is wanted; what the compute said before it left is heard before its leaving. */
    private void offer() {
        while (messageMax != DEAF && wire.isAttached(this)) {
            switch (Frame.next(fromCompute, messageMax)) {
                case Decoded.Complete<Frame>(Frame first, ByteString rest) -> {
                    fromCompute = rest;
                    List<Frame> messages = withThoseBehind(first);
                    messageMax = DEAF;
                    wire.report(new WireEvent.ComputeSaid(messages));
                }
                case Decoded.Malformed<Frame>(String reason) -> {
                    messageMax = DEAF;
                    wire.report(new WireEvent.ComputeBabbled(reason));
                }
                case Decoded.Incomplete<Frame> _ -> {
                    ByteString chunk = link.take();
                    if (chunk.isEmpty()) {
                        lookForItsEnd();
                        return;
                    }
                    fromCompute = fromCompute.concat(chunk);
                }
            }
        }
    }

    /** What follows the last message of a login belongs to the relay. */
    private List<Frame> withThoseBehind(Frame first) {
        List<Frame> messages = new ArrayList<>();
        messages.add(first);
        while (!isLast(messages.getLast())
                && Frame.next(fromCompute, messageMax)
                        instanceof Decoded.Complete<Frame>(Frame next, ByteString rest)) {
            messages.add(next);
            fromCompute = rest;
        }
        return messages;
    }

    private static boolean isLast(Frame message) {
        return message.tag() == ReadyForQuery.TAG || message.tag() == ErrorResponse.TAG;
    }
}
