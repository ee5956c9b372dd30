package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The fields of an error or a notice, in order (PostgreSQL manual, "Error and Notice Message Fields"). Values are kept
 * as bytes, so that a server's error passes through whole in whatever encoding it came.
 */
public record ErrorFields(List<Field> fields) {

    /** The severity, perhaps translated. */
    public static final byte SEVERITY_LOCALIZED = 'S';

    /** The severity in English; absent from servers before 9.6 and from some poolers. */
    public static final byte SEVERITY = 'V';

    public static final byte SQL_STATE = 'C';
    public static final byte MESSAGE = 'M';
    public static final byte DETAIL = 'D';
    public static final byte HINT = 'H';

    public ErrorFields {
        fields = List.copyOf(fields);
    }

    /** One field: the code that tells what it is about, and its value. */
    public record Field(byte code, ByteString value) {

        public Field {
            if (code == 0 || value.indexOf((byte) 0) >= 0) {
                throw new IllegalArgumentException("an error field needs a code, and holds no NUL");
            }
        }

        static Field of(byte code, String value) {
            return new Field(code, ByteString.fromString(value));
        }

        /** The value as UTF-8, with replacement characters where it is something else. */
        public String text() {
            return value.utf8String();
        }

        @Override
        public String toString() {
            return (char) code + "=" + text();
        }
    }

    /** The fields that every error must have. */
    public static ErrorFields of(String severity, String sqlState, String message) {
        return new ErrorFields(List.of(
                Field.of(SEVERITY_LOCALIZED, severity),
                Field.of(SEVERITY, severity),
                Field.of(SQL_STATE, sqlState),
                Field.of(MESSAGE, message)));
    }

    public ErrorFields withDetail(String detail) {
        return with(DETAIL, detail);
    }

    public ErrorFields withHint(String hint) {
        return with(HINT, hint);
    }

    /** These fields with one more at the end, or in the place of those that had the same code. */
    public ErrorFields with(byte code, String value) {
        List<Field> more = new ArrayList<>(fields);
        more.removeIf(field -> field.code() == code);
        more.add(Field.of(code, value));
        return new ErrorFields(more);
    }

    /** The first field of this code, as UTF-8 with replacement characters. */
    public Optional<String> text(byte code) {
        return fields.stream().filter(field -> field.code() == code).findFirst().map(Field::text);
    }

    /** ERROR, FATAL, NOTICE …; in English where the server says so, ERROR where it says nothing. */
    public String severity() {
        return text(SEVERITY).or(() -> text(SEVERITY_LOCALIZED)).orElse("ERROR");
    }

    /** The SQLSTATE, or that of an internal error where the server gave none. */
    public String sqlState() {
        return text(SQL_STATE).orElse("XX000");
    }

    /** The primary message, or an empty text where the server gave none. */
    public String message() {
        return text(MESSAGE).orElse("");
    }

    static ErrorFields read(BodyReader in) {
        List<Field> fields = new ArrayList<>();
        for (byte code = in.int8(); code != 0; code = in.int8()) {
            fields.add(new Field(code, in.cstring()));
        }
        return new ErrorFields(fields);
    }

    BodyWriter write(BodyWriter out) {
        fields.forEach(field -> out.int8(field.code()).cstring(field.value()));
        return out.int8(0);
    }
}
