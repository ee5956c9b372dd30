package dev.reveille.session.kept;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.NoticeResponse;
import dev.reveille.protocol.backend.NotificationResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.line.FrameReader;
import dev.reveille.session.line.Line;
import dev.reveille.session.line.Reset;
import dev.reveille.session.relay.Link;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * One compute connection between two sessions.
 *
 * <pre>
 *   forgetting ──marked answer, ReadyForQuery──▶ resting ──taken──▶ gone
 *        └── an error, too slow, ended ──▶ over ◀── ended, spoke ──┘
 * </pre>
 *
 * The order to forget carries a mark that its answer repeats. So what is heard before it belongs to the session that left,
 * whatever that session made its wire believe, and what comes behind it can only be for the next.
 */
final class KeptConnection implements FrameReader.Reader {

    /** Where it stands. */
    enum State {
        FORGETTING,
        RESTING,
        /** It must serve nobody any more. */
        OVER
    }

    /** Bytes of a message that is looked into; an answer to the order to forget has far less. */
    private static final int BODY_MAX = 8 * 1024;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte IDLE = 'I';

    private final Likeness likeness;
    private final EndpointId place;
    private final Origin origin;
    private final Line line;
    private final FrameReader frames = new FrameReader(this);
    private ParameterValues parameters;
    private byte[] mark = {};
    private boolean marked;
    private State state = State.FORGETTING;
    private long sinceNanos;

    /**
     * Where a connection comes from.
     *
     * @param compute where it leads
     * @param cancelTarget what it takes to cancel on it; absent where the compute gave no key
     * @param openedAtNanos when the compute let it in, by the clock of {@link KeptConnections}
     */
    record Origin(Compute compute, Optional<CancelTarget> cancelTarget, long openedAtNanos) {}

    KeptConnection(Likeness likeness, Origin origin, ParameterValues parameters, Link link) {
        this.likeness = likeness;
        this.place = KeptConnections.place(likeness.endpoint());
        this.origin = origin;
        this.parameters = parameters;
        this.line = new Line(link);
    }

    Likeness likeness() {
        return likeness;
    }

    /** By which it is counted and found. */
    EndpointId place() {
        return place;
    }

    /** A compute that started again would have ended the connection: where it is to be reached tells enough. */
    boolean leadsTo(Compute compute) {
        return origin.compute().address().equals(compute.address())
                && origin.compute().tls().equals(compute.tls());
    }

    Origin origin() {
        return origin;
    }

    ParameterValues parameters() {
        return parameters;
    }

    /** Begins to forget; {@code bell} rings whenever it is worth to {@link #look}. */
    void forget(Runnable bell, long now) {
        sinceNanos = now;
        String drawn = HexFormat.of().toHexDigits(RANDOM.nextLong());
        mark = drawn.getBytes(StandardCharsets.US_ASCII);
        line.open(bell);
        line.say(Reset.marked(drawn));
    }

    /** Hears what the compute has said since. */
    State look(long now) {
        State before = state;
        line.sayOn();
        line.hear(frames);
        if (line.ended()) {
            state = State.OVER;
        }
        if (state != before) {
            sinceNanos = now;
        }
        return state;
    }

    /** How long it has been as it is. */
    long nanosInState(long now) {
        return now - sinceNanos;
    }

    /** For a session: nothing where the compute has just ended it. */
    Optional<Link> release(long now) {
        boolean free = look(now) == State.RESTING && frames.isBetweenFrames();
        Optional<Link> released = free ? line.release() : Optional.empty();
        state = State.OVER;
        return released;
    }

    /** Closes it. Again, or after it was released: no effect. */
    void close() {
        state = State.OVER;
        line.close();
    }

    /** Ends it at once, whatever the compute is doing. */
    void abort() {
        state = State.OVER;
        line.abort();
    }

    // ---- what the compute says ----

    @Override
    public FrameReader.Wish begins(byte tag, int length) {
        boolean due = state == State.FORGETTING;
        if (length < 0) {
            return failed();
        }
        return switch (tag) {
            case ParameterStatus.TAG, ReadyForQuery.TAG -> length > BODY_MAX ? failed() : FrameReader.Wish.READ;
            case DataRow.TAG -> due && length <= BODY_MAX ? FrameReader.Wish.READ : failed();
            case ErrorResponse.TAG -> failed();
            case NoticeResponse.TAG, NotificationResponse.TAG -> FrameReader.Wish.SKIP;
            default -> due ? FrameReader.Wish.SKIP : failed();
        };
    }

    @Override
    public void frame(byte tag, byte[] bytes, int offset, int length) {
        switch (tag) {
            case ParameterStatus.TAG ->
                parameters
                        .with(ByteString.fromArray(bytes, offset, length))
                        .ifPresentOrElse(changed -> parameters = changed, this::failed);
            case DataRow.TAG -> marked |= endsWithMark(bytes, offset + length, length);
            default -> ready(length == 1 ? bytes[offset] : 0);
        }
    }

    private void ready(byte status) {
        if (state != State.FORGETTING) {
            failed(); // Nobody asked.
        } else if (marked) {
            state = status == IDLE ? State.RESTING : State.OVER;
        }
    }

    private boolean endsWithMark(byte[] bytes, int end, int length) {
        return length >= mark.length && Arrays.equals(bytes, end - mark.length, end, mark, 0, mark.length);
    }

    private FrameReader.Wish failed() {
        state = State.OVER;
        return FrameReader.Wish.STOP;
    }
}
