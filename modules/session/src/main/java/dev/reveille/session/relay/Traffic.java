package dev.reveille.session.relay;

import dev.reveille.protocol.backend.ParameterStatus;
import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * What passes between client and compute, and what it means: where frames end, whether a query is running, and the state
 * of the transaction.
 *
 * <p>The protocol answers each Query, FunctionCall and Sync with one ReadyForQuery (PostgreSQL manual, 54.2), with one
 * exception that matters here: while the compute takes COPY data it ignores Sync. In doubt this class says that a query
 * is running.
 */
final class Traffic {

    /** Bytes of a parameter's name and value that are remembered. */
    private static final int PARAMETER_MAX = 8 * 1024;

    private final FrameTracker fromClient = new FrameTracker() {
        @Override
        void began(byte tag) {
            clientSaid(tag);
        }

        @Override
        void ready(byte status) {
            // 'Z' means nothing when a client says it; the compute will refuse it.
            unsynced = true;
        }
    };

    private final FrameTracker fromCompute = new FrameTracker() {
        @Override
        void began(byte tag) {
            computeSaid(tag);
        }

        @Override
        void ready(byte status) {
            computeReady(status);
        }

        @Override
        void passed(byte[] body) {
            keeper.heardParameter(ByteString.fromArrayUnsafe(body));
        }
    };

    /** Where somebody wants the connection afterwards. */
    private final LinkKeeper keeper;

    private long bytesToCompute;
    private long bytesToClient;
    private long queries;
    private long begunAtNanos;
    private boolean begunAhead;
    private int awaited;
    private boolean simple;
    private boolean unsynced;
    private boolean takingCopy;
    private boolean terminated;
    private boolean farewell;
    private byte transaction = 'I';
    private byte lastFromCompute;

    Traffic() {
        this(null);
    }

    /** @param keeper hears of parameters; may be null */
    Traffic(LinkKeeper keeper) {
        this.keeper = keeper;
    }

    /** The client has begun something that is not to pass yet. */
    void beginAhead() {
        begunAtNanos = System.nanoTime();
        begunAhead = true;
    }

    void toCompute(ByteString chunk) {
        boolean alone = isAlone(chunk.size());
        begin();
        bytesToCompute += chunk.size();
        fromClient.follow(chunk);
        farewell = alone && terminated;
    }

    void toCompute(ByteBuffer chunk) {
        boolean alone = isAlone(chunk.remaining());
        begin();
        bytesToCompute += chunk.remaining();
        fromClient.follow(chunk);
        farewell = alone && terminated;
    }

    /** How many bytes of {@code chunk} the client may have: all, unless the compute's bytes stop making sense in it. */
    int toClient(ByteString chunk) {
        int sound = fromCompute.follow(chunk);
        bytesToClient += sound;
        return sound;
    }

    int toClient(ByteBuffer chunk) {
        int sound = fromCompute.follow(chunk);
        bytesToClient += sound;
        return sound;
    }

    /** Whether the compute works on something, or the client is in the middle of asking for it. */
    boolean busy() {
        return awaited > 0 || unsynced || takingCopy || !fromClient.atBoundary() || !fromCompute.atBoundary();
    }

    /** Whether the session can be ended without losing anything: no query, no transaction. */
    boolean idle() {
        return !busy() && !begunAhead && transaction == 'I';
    }

    /** Whether there is a query that had been begun at this time of {@link System#nanoTime}. */
    boolean hasBegunBy(long nanos) {
        return (busy() || begunAhead) && begunAtNanos - nanos <= 0;
    }

    /** Whether a message of our own may be put into the stream to the client. */
    boolean betweenFramesToClient() {
        return fromCompute.atBoundary() || fromCompute.lostAtBoundary();
    }

    /** Whether the client's or the compute's bytes stopped making sense. */
    boolean lost() {
        return fromClient.lost() || fromCompute.lost();
    }

    boolean lostClient() {
        return fromClient.lost();
    }

    /** Whether the client said Terminate. */
    boolean terminated() {
        return terminated;
    }

    /** Whether the client's last chunk was its Terminate and nothing else. */
    boolean isFarewell() {
        return farewell;
    }

    /** Whether the compute's last message was an error, as it is when the compute ends a session by itself. */
    boolean computeSaidWhy() {
        return lastFromCompute == 'E' && fromCompute.atBoundary();
    }

    /** Answered queries; and so the number of the one that runs, if one does. */
    long queries() {
        return queries;
    }

    /** All that passed, when it is over. */
    RelaySummary summary(RelaySummary.End end) {
        boolean computeIsThere = end != RelaySummary.End.COMPUTE_CLOSED && end != RelaySummary.End.COMPUTE_FAILED;
        return new RelaySummary(end, computeIsThere && busy(), bytesToCompute, bytesToClient, queries);
    }

    /** Whether a chunk of this length can be a Terminate and nothing else. */
    private boolean isAlone(int length) {
        return length == FrameTracker.HEADER_LENGTH && !terminated && fromClient.atBoundary();
    }

    private void begin() {
        if (begunAhead) {
            begunAhead = false;
        } else if (!busy()) {
            begunAtNanos = System.nanoTime();
        }
    }

    private void clientSaid(byte tag) {
        switch (tag) {
            case 'Q', 'F' -> {
                awaited++;
                simple = true;
            }
            case 'S' -> {
                unsynced = false;
                if (!takingCopy) {
                    awaited++;
                    simple = false;
                }
            }
            case 'c', 'f' -> takingCopy = false;
            case 'd' -> {}
            case 'X' -> terminated = true;
            default -> unsynced = true;
        }
    }

    private void computeSaid(byte tag) {
        lastFromCompute = tag;
        if (tag == ParameterStatus.TAG && keeper != null) {
            if (!fromCompute.copyBody(PARAMETER_MAX)) {
                keeper.lostTrack();
            }
        } else if (tag == 'G' || tag == 'W') {
            takingCopy = true;
            if (!simple) {
                awaited = 0; // A Sync that is already on its way will be ignored.
            }
        }
    }

    private void computeReady(byte status) {
        lastFromCompute = 'Z';
        transaction = status;
        queries++;
        takingCopy = false;
        if (awaited > 0) {
            awaited--;
        }
    }
}
