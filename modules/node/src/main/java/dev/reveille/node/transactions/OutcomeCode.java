package dev.reveille.node.transactions;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.statement.StatementOutcome;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Outcomes as bytes. A failure that needs facts travels as what a client hears of it. */
final class OutcomeCode {

    private static final int DONE = 'D';
    private static final int REFUSED = 'R';
    private static final int UNREACHED = 'U';
    private static final int LOST = 'L';
    private static final int ROW_TOO_LONG = 'T';
    private static final int CANCELLED = 'C';

    private static final int PLAIN = 'P';
    private static final int BABBLED = 'B';
    private static final int OTHER = 'O';

    private OutcomeCode() {}

    static ByteString encode(StatementOutcome outcome) {
        BodyWriter out = new BodyWriter();
        switch (outcome) {
            case StatementOutcome.Done() -> out.int8(DONE);
            case StatementOutcome.Refused(int statement, ErrorFields error) ->
                out.int8(REFUSED).int32(statement).bytes(new ErrorResponse(error).body());
            case StatementOutcome.Unreached(SessionFailure failure) -> write(out.int8(UNREACHED), failure);
            case StatementOutcome.Lost(SessionFailure failure) -> write(out.int8(LOST), failure);
            case StatementOutcome.RowTooLong(int statement, long bytes) ->
                WishCode.bits(out.int8(ROW_TOO_LONG).int32(statement), bytes);
            case StatementOutcome.Cancelled() -> out.int8(CANCELLED);
        }
        return out.body();
    }

    /** @throws dev.reveille.protocol.ProtocolViolation where these bytes are no outcome; it repeats none of them */
    static StatementOutcome decode(ByteString bytes) {
        BodyReader in = new BodyReader("outcome", bytes);
        try {
            StatementOutcome outcome = read(in);
            in.end();
            return outcome;
        } catch (IllegalArgumentException _) {
            throw in.violation("it breaks the rules of its parts");
        }
    }

    private static StatementOutcome read(BodyReader in) {
        int kind = in.int8();
        return switch (kind) {
            case DONE -> new StatementOutcome.Done();
            case REFUSED ->
                new StatementOutcome.Refused(
                        in.int32(), ErrorResponse.decode(in.rest()).fields());
            case UNREACHED -> new StatementOutcome.Unreached(failure(in));
            case LOST -> new StatementOutcome.Lost(failure(in));
            case ROW_TOO_LONG -> new StatementOutcome.RowTooLong(in.int32(), WishCode.bits(in));
            case CANCELLED -> new StatementOutcome.Cancelled();
            default -> throw in.violation("it is of no kind");
        };
    }

    private static void write(BodyWriter out, SessionFailure failure) {
        switch (failure) {
            case SessionFailure.Plain plain -> out.int8(PLAIN).value(Optional.of(ByteString.fromString(plain.name())));
            case SessionFailure.ComputeBabbled(String logText) ->
                out.int8(BABBLED).value(Optional.of(ByteString.fromString(logText)));
            case SessionFailure.ComputeRefused(ErrorResponse error) ->
                out.int8(OTHER).bytes(error.body());
            default ->
                out.int8(OTHER)
                        .bytes(new ErrorResponse(ErrorFields.of("FATAL", failure.sqlState(), failure.clientText()))
                                .body());
        }
    }

    private static SessionFailure failure(BodyReader in) {
        int kind = in.int8();
        return switch (kind) {
            case PLAIN -> SessionFailure.Plain.valueOf(in.bytes(in.int32()).utf8String());
            case BABBLED ->
                new SessionFailure.ComputeBabbled(in.bytes(in.int32()).utf8String());
            case OTHER -> new SessionFailure.ComputeRefused(ErrorResponse.decode(in.rest()));
            default -> throw in.violation("the failure is of no kind");
        };
    }
}
