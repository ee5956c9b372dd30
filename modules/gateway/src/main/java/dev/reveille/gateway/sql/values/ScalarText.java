package dev.reveille.gateway.sql.values;

import dev.reveille.gateway.sql.values.ColumnType.Scalar;

/** One value that is no array. */
final class ScalarText {

    private static final byte[] NULL = JsonBytes.ascii("null");
    private static final byte[] TRUE = JsonBytes.ascii("true");
    private static final byte[] FALSE = JsonBytes.ascii("false");

    private ScalarText() {}

    static void writeNull(JsonBytes out) {
        out.put(NULL);
    }

    static void write(Scalar scalar, byte[] source, int offset, int length, JsonBytes out) throws MalformedValue {
        switch (scalar) {
            case TEXT -> out.text(source, offset, length);
            case BOOL -> out.put(truth(source, offset, length) ? TRUE : FALSE);
            case INT -> {
                if (!isNumber(source, offset, length)) {
                    throw new MalformedValue("an integer that is none");
                }
                out.put(source, offset, length);
            }
            case FLOAT -> {
                if (isNumber(source, offset, length)) {
                    out.put(source, offset, length);
                } else {
                    out.text(source, offset, length);
                }
            }
            case JSON -> {
                Utf8Text.check(source, offset, length);
                out.put(source, offset, length);
            }
        }
    }

    private static boolean truth(byte[] source, int offset, int length) throws MalformedValue {
        if (length != 1 || source[offset] != 't' && source[offset] != 'f') {
            throw new MalformedValue("a truth value that is none");
        }
        return source[offset] == 't';
    }

    /** Whether these bytes are a number in JSON too (RFC 8259, section 6): not NaN, and not infinite. */
    private static boolean isNumber(byte[] source, int offset, int length) {
        int end = offset + length;
        int at = offset < end && source[offset] == '-' ? offset + 1 : offset;
        int point = digits(source, at, end);
        if (point == at || source[at] == '0' && point > at + 1) {
            return false;
        }
        at = point;
        if (at < end && source[at] == '.') {
            int after = digits(source, at + 1, end);
            if (after == at + 1) {
                return false;
            }
            at = after;
        }
        if (at < end && source[at] == 'e') {
            int exponent = at + 1 < end && (source[at + 1] == '-' || source[at + 1] == '+') ? at + 2 : at + 1;
            int after = digits(source, exponent, end);
            if (after == exponent) {
                return false;
            }
            at = after;
        }
        return at == end;
    }

    private static int digits(byte[] source, int from, int end) {
        int at = from;
        while (at < end && source[at] >= '0' && source[at] <= '9') {
            at++;
        }
        return at;
    }
}
