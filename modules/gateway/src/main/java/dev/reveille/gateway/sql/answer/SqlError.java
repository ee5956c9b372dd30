package dev.reveille.gateway.sql.answer;

import dev.reveille.gateway.sql.request.RequestRefused;
import dev.reveille.gateway.sql.values.JsonBytes;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.pekko.util.ByteString;

/**
 * An error as drivers read it: the sixteen fields of node-postgres beside the message, and for a batch which of its
 * statements failed (spec 03 §7).
 *
 * @param status of HTTP; drivers read the fields only where it is 400
 * @param batch whether the request was a batch
 * @param statement which of its statements failed; absent for its beginning, its end, and what came before it
 */
public record SqlError(int status, ErrorFields fields, boolean batch, OptionalInt statement) {

    private static final int BAD_REQUEST = 400;
    private static final int INTERNAL = 500;
    private static final int UNAVAILABLE = 503;
    private static final int TOO_LARGE = 507;

    private static final String FATAL = "FATAL";
    private static final String ERROR = "ERROR";

    /** Keys in their order, and the codes of PostgreSQL's fields that they show (PostgreSQL manual, 54.8). */
    private enum Key {
        DETAIL("detail", 'D'),
        HINT("hint", 'H'),
        POSITION("position", 'P'),
        INTERNAL_POSITION("internalPosition", 'p'),
        INTERNAL_QUERY("internalQuery", 'q'),
        SEVERITY("severity", 'S'),
        WHERE("where", 'W'),
        TABLE("table", 't'),
        COLUMN("column", 'c'),
        SCHEMA("schema", 's'),
        DATA_TYPE("dataType", 'd'),
        CONSTRAINT("constraint", 'n'),
        FILE("file", 'F'),
        LINE("line", 'L'),
        ROUTINE("routine", 'R');

        private final byte[] text;
        private final byte code;

        Key(String name, char code) {
            this.text = (",\"" + name + "\":").getBytes(StandardCharsets.US_ASCII);
            this.code = (byte) code;
        }
    }

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    /** An error of ours: it names the request, so that whoever is asked for help finds the log. */
    public static SqlError ours(int status, String severity, String sqlState, String message, SessionId request) {
        return ours(status, severity, sqlState, message, Optional.empty(), request);
    }

    private static SqlError ours(
            int status, String severity, String sqlState, String message, Optional<String> hint, SessionId request) {
        String named = hint.map(text -> text + " ").orElse("") + "Request " + request + ".";
        return new SqlError(
                status, ErrorFields.of(severity, sqlState, message).withHint(named), false, OptionalInt.empty());
    }

    public static SqlError of(RequestRefused refused, SessionId request) {
        return ours(refused.status(), refused.severity(), refused.sqlState(), refused.getMessage(), request);
    }

    /** PostgreSQL's own words. */
    public static SqlError of(ErrorFields error, boolean batch, int statement) {
        return new SqlError(
                BAD_REQUEST, error, batch, batch && statement >= 0 ? OptionalInt.of(statement) : OptionalInt.empty());
    }

    /** Nothing was begun, and why. What a caller cannot help, and may pass, is 503; everything else is 400. */
    public static SqlError of(SessionFailure failure, SessionId request) {
        return switch (failure) {
            case SessionFailure.ComputeRefused(var error) -> of(error.fields(), false, -1);
            case SessionFailure.ControlPlaneRefused refused
            when !refused.mayPass() && !refused.clientText().equals("Control plane request failed") ->
                ours(BAD_REQUEST, FATAL, "08001", refused.clientText(), failure.hint(), request);
            case SessionFailure.ControlPlaneRefused refused ->
                ours(UNAVAILABLE, FATAL, "57P03", refused.clientText(), failure.hint(), request);
            case SessionFailure.ComputeUnreachable unreachable ->
                ours(UNAVAILABLE, FATAL, "08006", unreachable.clientText(), failure.hint(), request);
            default -> {
                boolean mayPass = failure.blame() != SessionFailure.Blame.CLIENT
                        && (failure.sqlState().startsWith("53")
                                || failure.sqlState().startsWith("57")
                                || failure.sqlState().startsWith("08"));
                yield ours(
                        mayPass ? UNAVAILABLE : BAD_REQUEST,
                        FATAL,
                        failure.sqlState(),
                        failure.clientText(),
                        failure.hint(),
                        request);
            }
        };
    }

    /** The connection broke when statements had been sent: they may have been carried out. */
    public static SqlError lost(SessionFailure failure, SessionId request) {
        return failure instanceof SessionFailure.ComputeRefused(var error)
                ? of(error.fields(), false, -1)
                : ours(
                        BAD_REQUEST,
                        FATAL,
                        "08006",
                        failure.clientText(),
                        Optional.of("The statement may have been carried out."),
                        request);
    }

    public static SqlError answerTooLarge(long max, SessionId request) {
        return ours(TOO_LARGE, ERROR, "54000", "response is too large (max is " + max + " bytes)", request);
    }

    /** What a compute printed is not what its type says. */
    public static SqlError unreadable(SessionId request) {
        return ours(INTERNAL, ERROR, "22000", "could not parse postgres response", request);
    }

    /** All requests together hold too much. */
    public static SqlError noMemory(SessionId request) {
        return ours(
                UNAVAILABLE,
                FATAL,
                "53200",
                "the gateway is holding too much for other requests, try again later",
                request);
    }

    public static SqlError internal(SessionId request) {
        return ours(INTERNAL, FATAL, "XX000", "internal error", request);
    }

    /** This error, of a batch. */
    public SqlError inBatch(int index) {
        return new SqlError(status, fields, true, index >= 0 ? OptionalInt.of(index) : OptionalInt.empty());
    }

    /** PostgreSQL manual, appendix A. */
    public String sqlState() {
        return fields.sqlState();
    }

    /** The body. */
    public ByteString json() {
        JsonBytes out = new JsonBytes(512);
        out.put(ascii("{\"message\":")).string(fields.message());
        out.put(ascii(",\"code\":")).string(fields.sqlState());
        for (Key key : Key.values()) {
            out.put(key.text);
            Optional<String> value = fields.text(key.code);
            if (value.isPresent()) {
                out.string(value.get());
            } else if (key == Key.SEVERITY) {
                out.string(fields.severity());
            } else {
                out.put(NULL);
            }
        }
        if (batch) {
            out.put(ascii(",\"queryIndex\":"));
            if (statement.isPresent()) {
                out.number(statement.getAsInt());
            } else {
                out.put(NULL);
            }
        }
        return out.put('}').take(0);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
