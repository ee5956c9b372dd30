package dev.reveille.session.pool;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.line.FrameReader;
import dev.reveille.session.statement.StatementOutcome;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * One job on one connection: what is said, and what the answers mean. All is said at once, with one Sync at the end, so that
 * it takes one round trip, and PostgreSQL skips what follows a failure (PostgreSQL manual, 54.2.3). Only behind a statement
 * that may end its batch's transaction the answer is awaited, because what follows must not run outside it (spec 03 §5.2).
 *
 * <p>Used on the connection's loop only.
 */
final class Errand {

    /** So much is said before it is looked whether the compute takes it. */
    private static final int PIECE = 64 * 1024;

    private static final ByteString NOTHING = ByteString.emptyByteString();
    private static final byte IDLE = 'I';

    /** The SQLSTATE of a transaction that had failed and could only be rolled back. */
    static final String HAD_FAILED = "25P02";

    private final Job job;
    private final Plan plan;
    private final ByteString reset;
    private final int messageLengthMax;

    private int said;
    private boolean synced;
    private boolean forgetSaid;

    private int heard;
    private boolean parsed;
    private boolean told;
    private byte status = IDLE;
    private Optional<StatementOutcome.Refused> refusal = Optional.empty();
    private Optional<StatementOutcome> outcome = Optional.empty();
    private boolean poisoned;
    private boolean fatal;

    /** @param reset what makes the connection forget, where that is said at once */
    Errand(Job job, ByteString reset, int messageLengthMax) {
        this.job = job;
        this.plan = job.plan();
        this.reset = reset;
        this.messageLengthMax = messageLengthMax;
    }

    // ---- saying ----

    /** The next piece of what is to be said; nothing where there is none now. */
    ByteString next() {
        if (synced) {
            return NOTHING;
        }
        RequestWriter out = new RequestWriter();
        if (refusal.isPresent()) {
            sync(out); // PostgreSQL skips everything up to it.
        }
        while (!synced && out.size() < PIECE) {
            if (said == plan.steps()) {
                sync(out);
                if (plan.afterwards() == Plan.Afterwards.FORGET_AT_ONCE) {
                    out.raw(reset.toArrayUnsafe());
                    forgetSaid = true;
                }
            } else {
                say(said++, out);
            }
        }
        return out.written();
    }

    private void say(int step, RequestWriter out) {
        int statement = plan.statementOf(step);
        if (statement >= 0) {
            out.statement(plan.statements().get(statement));
            if (plan.transaction()
                    && statement < plan.statements().size() - 1
                    && TransactionEnds.mayEnd(plan.statements().get(statement).sql())) {
                sync(out);
            } else if (job.order().statementMax().isPresent()) {
                out.flush(); // We want to hear when it is done.
            }
        } else if (step < plan.before().size()) {
            Plan.Command command = plan.before().get(step);
            out.command(command.sql(), command.parameters());
        } else {
            // What was done before is heard of before this ends: who cancels in between, cancels nothing.
            out.flush().command(plan.after().orElseThrow(), List.of());
        }
    }

    private void sync(RequestWriter out) {
        out.sync();
        synced = true;
    }

    // ---- hearing ----

    FrameReader.Wish begins(byte tag, int length) {
        switch (tag) {
            case 'D' -> {
                int statement = plan.statementOf(heard);
                if (statement < 0 || job.isOver()) {
                    return length < 0 ? babbled(tag) : FrameReader.Wish.SKIP;
                }
                if (length > job.order().rowLengthMax()) {
                    spoil(new StatementOutcome.RowTooLong(statement, length));
                    return FrameReader.Wish.STOP;
                }
                return length < 0 ? babbled(tag) : FrameReader.Wish.READ;
            }
            case 'N', 'S', 'A' -> {
                return length < 0 ? babbled(tag) : FrameReader.Wish.SKIP;
            }
            default -> {
                return length < 0 || length > messageLengthMax ? babbled(tag) : FrameReader.Wish.READ;
            }
        }
    }

    void hear(byte tag, byte[] bytes, int offset, int length) {
        switch (tag) {
            case 'D' -> {
                told = true;
                job.row(plan.statementOf(heard), bytes, offset, length);
            }
            case '1' -> parsed = true;
            case '2' -> {}
            case 'T' -> fields(Optional.of(decodeFields(bytes, offset, length)));
            case 'n' -> fields(Optional.empty());
            case 'C' -> completed(commandTag(bytes, offset, length));
            case 'I' -> completed("");
            case 'E' -> failed(decodeError(bytes, offset, length));
            case 'Z' -> ready(length > 0 ? bytes[offset] : 0);
            case 'G', 'H', 'W' -> copies();
            default -> babbled(tag);
        }
    }

    /** What came of it, as soon as that is certain. */
    Optional<StatementOutcome> outcome() {
        return outcome;
    }

    /** Whether the connection must not be used again. */
    boolean poisoned() {
        return poisoned;
    }

    /** Whether the compute ended the connection. */
    boolean fatal() {
        return fatal;
    }

    /** The transaction's status as it was heard last: {@code I}, {@code T} or {@code E}. */
    byte status() {
        return status;
    }

    /** Whether the order to forget has been sent behind the statement. */
    boolean forgetSaid() {
        return forgetSaid;
    }

    /** How many steps have been completed. */
    int heard() {
        return heard;
    }

    /** Whether nothing but our own last command is outstanding. */
    boolean onlyEndIsDue() {
        return plan.after().isPresent() && heard >= plan.steps() - 1;
    }

    /**
     * Whether it may be done once more. Without a ParseComplete nothing was executed: what PostgreSQL has to say it says in
     * order, and one comes before the first Execute is looked at. Without a word of why it ended nobody knows what it did.
     */
    boolean mayBeRepeated() {
        return switch (plan.repeat()) {
            case NEVER -> false;
            case UNSENT -> fatal && !parsed;
            case ALWAYS -> fatal && !parsed || !told;
        };
    }

    /** Which statement is being carried out; -1 for a command of ours. */
    int current() {
        return plan.statementOf(heard);
    }

    // ---- what it means ----

    private void fields(Optional<RowDescription> fields) {
        told = true;
        if (outcome.isEmpty() && plan.statementOf(heard) >= 0) {
            job.fields(plan.statementOf(heard), fields);
        }
    }

    private void completed(String tag) {
        int statement = plan.statementOf(heard);
        heard++;
        if (statement >= 0) {
            told = true;
            job.completed(statement, tag);
        } else if (heard == plan.steps()
                && tag.equals("ROLLBACK")
                && plan.after().filter("COMMIT"::equals).isPresent()) {
            refuse(-1, ErrorFields.of("ERROR", HAD_FAILED, "the transaction had failed and was rolled back"));
        }
    }

    private void failed(ErrorFields error) {
        refuse(plan.statementOf(heard), error);
        String state = error.sqlState();
        String severity = error.severity();
        fatal = severity.equals("FATAL") || severity.equals("PANIC");
        poisoned |= fatal || state.startsWith("08") || state.startsWith("57P") || state.startsWith("XX");
        if (fatal) {
            outcome = Optional.of(refusal.orElseThrow());
        }
    }

    private void refuse(int statement, ErrorFields error) {
        if (refusal.isEmpty()) {
            refusal = Optional.of(new StatementOutcome.Refused(statement, error));
        }
    }

    private void ready(byte newStatus) {
        status = newStatus;
        if (refusal.isPresent()) {
            outcome = Optional.of(refusal.get());
        } else if (heard == plan.steps() && said == plan.steps()) {
            outcome = Optional.of(new StatementOutcome.Done());
        } else if (heard == said && synced && plan.transaction()) {
            goOn();
        } else {
            babbled((byte) 'Z');
        }
    }

    /** Behind a statement that may have ended the transaction. */
    private void goOn() {
        if (status == IDLE) {
            outcome = Optional.of(new StatementOutcome.Refused(
                    plan.statementOf(heard - 1),
                    ErrorFields.of(
                            "ERROR", "25P01", "the statement ended the batch's transaction, and others follow it")));
        } else {
            synced = false;
        }
    }

    private void copies() {
        spoil(new StatementOutcome.Refused(
                plan.statementOf(heard),
                ErrorFields.of("ERROR", "0A000", "COPY to or from a client is not possible in a request")));
    }

    private FrameReader.Wish babbled(byte tag) {
        spoil(new StatementOutcome.Lost(
                new SessionFailure.ComputeBabbled("message '%s' behind a statement".formatted(Frame.tagText(tag)))));
        return FrameReader.Wish.STOP;
    }

    private void spoil(StatementOutcome how) {
        poisoned = true;
        if (outcome.isEmpty()) {
            outcome = Optional.of(how);
        }
    }

    private RowDescription decodeFields(byte[] bytes, int offset, int length) {
        return RowDescription.decode(body(bytes, offset, length));
    }

    private static ErrorFields decodeError(byte[] bytes, int offset, int length) {
        return ErrorResponse.decode(body(bytes, offset, length)).fields();
    }

    private static String commandTag(byte[] bytes, int offset, int length) {
        if (length < 1) {
            throw new ProtocolViolation("CommandComplete", "no tag");
        }
        return new String(bytes, offset, length - 1, StandardCharsets.UTF_8);
    }

    private static ByteString body(byte[] bytes, int offset, int length) {
        return ByteString.fromArrayUnsafe(Arrays.copyOfRange(bytes, offset, offset + length));
    }
}
