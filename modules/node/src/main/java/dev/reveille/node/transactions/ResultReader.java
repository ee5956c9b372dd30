package dev.reveille.node.transactions;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.statement.StatementListener.Origin;
import java.util.Arrays;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Reads what {@link Results} wrote, piece after piece, and tells a run's listener. For one actor. */
final class ResultReader {

    private static final Origin[] ORIGINS = Origin.values();
    private static final byte[] NOTHING = {};
    private static final int FIRST_CAPACITY = 64 * 1024;

    private final RemoteRun run;
    private final byte[] header = new byte[ResultCode.HEADER_BYTES];
    private int headerBytes;
    private byte kind;
    private int statement;
    private int length;

    /** An event that came in more than one piece; grows with what has come, not with what was announced. */
    private byte[] gathered = NOTHING;

    private int gatheredBytes;

    ResultReader(RemoteRun run) {
        this.run = run;
    }

    /**
     * Reads on.
     *
     * @throws ProtocolViolation where the bytes make no sense; it repeats none of them
     */
    void read(ByteString piece) {
        byte[] bytes = piece.toArrayUnsafe();
        int at = 0;
        while (at < bytes.length) {
            if (run.isOver()) {
                throw new ProtocolViolation("result", "more behind its end");
            }
            if (headerBytes < header.length) {
                int more = Math.min(header.length - headerBytes, bytes.length - at);
                System.arraycopy(bytes, at, header, headerBytes, more);
                headerBytes += more;
                at += more;
                if (headerBytes < header.length) {
                    return;
                }
                begin();
            }
            int more = Math.min(length - gatheredBytes, bytes.length - at);
            if (more == length) {
                event(bytes, at);
            } else {
                gather(bytes, at, more);
                if (gatheredBytes == length) {
                    byte[] whole = gathered;
                    gathered = NOTHING; // A large row is not kept until the end.
                    event(whole, 0);
                }
            }
            at += more;
        }
    }

    private void begin() {
        BodyReader in = new BodyReader("result", ByteString.fromArrayUnsafe(header));
        kind = in.int8();
        statement = in.int32();
        length = in.int32();
        int max = kind == ResultCode.ROW ? run.rowLengthMax() : ResultCode.MESSAGE_MAX;
        if (length < 0 || length > max || !run.listener().expects(kind)) {
            throw in.violation("an event of %d bytes".formatted(length));
        }
    }

    private void gather(byte[] bytes, int at, int more) {
        if (gathered.length - gatheredBytes < more) {
            long capacity = Math.max(Math.max(FIRST_CAPACITY, gathered.length * 2L), gatheredBytes + (long) more);
            gathered = Arrays.copyOf(gathered, (int) Math.min(length, capacity));
        }
        System.arraycopy(bytes, at, gathered, gatheredBytes, more);
        gatheredBytes += more;
    }

    private void event(byte[] bytes, int offset) {
        headerBytes = 0;
        gatheredBytes = 0;
        if (kind == ResultCode.ROW) {
            run.listener().row(statement, bytes, offset, length);
        } else {
            tell(ByteString.fromArray(bytes, offset, length));
        }
    }

    private void tell(ByteString body) {
        switch (kind) {
            case ResultCode.REACHED -> run.listener().reached(origin(body));
            case ResultCode.FIELDS -> run.listener().fields(statement, Optional.of(RowDescription.decode(body)));
            case ResultCode.NO_FIELDS -> run.listener().fields(statement, Optional.empty());
            case ResultCode.COMPLETED -> run.listener().completed(statement, body.utf8String());
            case ResultCode.ENDED -> run.end(OutcomeCode.decode(body));
            case ResultCode.COMMITTED -> run.transactionEnded(true);
            case ResultCode.ROLLED_BACK -> run.transactionEnded(false);
            default -> throw new ProtocolViolation("result", "an event of no kind");
        }
    }

    private static Origin origin(ByteString body) {
        if (body.length() != 1 || body.apply(0) < 0 || body.apply(0) >= ORIGINS.length) {
            throw new ProtocolViolation("result", "an origin of no kind");
        }
        return ORIGINS[body.apply(0)];
    }
}
