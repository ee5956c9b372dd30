package dev.reveille.node.transactions;

import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import dev.reveille.session.statement.TransactionAnswer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * What has come of a wish and waits to be sent, in pieces as large as they may be. Heard on a session's loop, taken by a host:
 * guarded by this object's lock, under which nothing waits. When too much waits, the run is asked to pause.
 */
final class Results implements StatementListener {

    private static final int FIRST_CAPACITY = 1024;
    private static final byte[] NOTHING = {};

    private final int pieceBytes;
    private final int heldMax;
    private final Runnable bell;
    private final ArrayDeque<byte[]> full = new ArrayDeque<>();
    private byte[] filling = NOTHING;
    private int filled;
    private long held;
    private boolean rung;
    private boolean paused;
    private boolean discarding;
    private Optional<StatementRun> run = Optional.empty();
    private Optional<StatementOutcome> outcome = Optional.empty();

    /**
     * @param heldMax how much may wait before the run is asked to pause
     * @param bell rung, on any thread, when there is something to take
     */
    Results(int pieceBytes, int heldMax, Runnable bell) {
        this.pieceBytes = pieceBytes;
        this.heldMax = heldMax;
        this.bell = bell;
    }

    // ---- the host's ----

    /** What is heard here comes from this run. */
    synchronized void of(StatementRun source) {
        run = Optional.of(source);
        if (paused) {
            source.pause();
        }
    }

    /** The next piece; empty where nothing waits. */
    synchronized ByteString take() {
        rung = false;
        byte[] piece = full.poll();
        int length = pieceBytes;
        if (piece == null) {
            piece = filling;
            length = filled;
            filling = NOTHING;
            filled = 0;
        }
        held -= length;
        if (paused && held <= heldMax / 2) {
            paused = false;
            run.ifPresent(StatementRun::resume);
        }
        return ByteString.fromArrayUnsafe(piece, 0, length);
    }

    /** Nobody wants it any more, but the outcome; a run that was paused goes on to its end. */
    synchronized void discard() {
        discarding = true;
        if (paused) {
            paused = false;
            run.ifPresent(StatementRun::resume);
        }
        full.clear();
        filling = NOTHING;
        filled = 0;
        held = 0;
    }

    synchronized Optional<StatementOutcome> outcome() {
        return outcome;
    }

    synchronized long held() {
        return held;
    }

    /** How a transaction ended. */
    void answered(TransactionAnswer answer) {
        switch (answer) {
            case TransactionAnswer.Ended(boolean committed) -> {
                byte kind = committed ? ResultCode.COMMITTED : ResultCode.ROLLED_BACK;
                put(kind, 0, NOTHING, 0, 0);
            }
            case TransactionAnswer.Failed(StatementOutcome why) -> ended(why);
            case TransactionAnswer.Begun _ -> throw new IllegalArgumentException("nobody asked for a beginning");
        }
    }

    // ---- the run's ----

    @Override
    public void reached(Origin origin) {
        put(ResultCode.REACHED, 0, new byte[] {(byte) origin.ordinal()}, 0, 1);
    }

    @Override
    public void fields(int statement, Optional<RowDescription> fields) {
        byte[] body = fields.map(present -> present.body().toArrayUnsafe()).orElse(NOTHING);
        put(fields.isPresent() ? ResultCode.FIELDS : ResultCode.NO_FIELDS, statement, body, 0, body.length);
    }

    @Override
    public void row(int statement, byte[] bytes, int offset, int length) {
        put(ResultCode.ROW, statement, bytes, offset, length);
    }

    @Override
    public void completed(int statement, String tag) {
        byte[] text = tag.getBytes(StandardCharsets.UTF_8);
        put(ResultCode.COMPLETED, statement, text, 0, text.length);
    }

    @Override
    public void ended(StatementOutcome end) {
        synchronized (this) {
            outcome = Optional.of(end);
        }
        byte[] bytes = OutcomeCode.encode(end).toArrayUnsafe();
        put(ResultCode.ENDED, 0, bytes, 0, bytes.length);
    }

    private void put(byte kind, int statement, byte[] bytes, int offset, int length) {
        boolean ring;
        synchronized (this) {
            if (!discarding) {
                byte[] header = ByteBuffer.allocate(ResultCode.HEADER_BYTES)
                        .put(kind)
                        .putInt(statement)
                        .putInt(length)
                        .array();
                append(header, 0, header.length);
                append(bytes, offset, length);
            }
            if (held > heldMax && !paused) {
                paused = true;
                run.ifPresent(StatementRun::pause);
            }
            ring = discarding ? outcome.isPresent() : !rung;
            rung = true;
        }
        if (ring) {
            bell.run();
        }
    }

    private void append(byte[] bytes, int offset, int length) {
        int from = offset;
        int rest = length;
        while (rest > 0) {
            int fits = Math.min(rest, pieceBytes - filled);
            if (filling.length - filled < fits) {
                int capacity = Math.max(Math.max(FIRST_CAPACITY, filling.length * 2), filled + fits);
                filling = Arrays.copyOf(filling, Math.min(pieceBytes, capacity));
            }
            System.arraycopy(bytes, from, filling, filled, fits);
            filled += fits;
            from += fits;
            rest -= fits;
            if (filled == pieceBytes) {
                full.add(filling);
                filling = NOTHING;
                filled = 0;
            }
        }
        held += length;
    }
}
