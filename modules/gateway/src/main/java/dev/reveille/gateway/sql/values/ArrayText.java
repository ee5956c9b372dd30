package dev.reveille.gateway.sql.values;

/**
 * Arrays as PostgreSQL prints them (PostgreSQL manual, 8.15.6), written as nested JSON arrays in one pass. For one thread at
 * a time.
 */
final class ArrayText {

    /** PostgreSQL's arrays have at most six dimensions. */
    private static final int DEPTH_MAX = 6;

    private final JsonBytes unescaped = new JsonBytes(64);

    void write(ColumnType type, byte[] source, int offset, int length, JsonBytes out) throws MalformedValue {
        int end = offset + length;
        int at = behindBounds(source, offset, end);
        at = behindSpace(source, at, end);
        if (at == end || source[at] != '{') {
            throw malformed();
        }
        int depth = 0;
        boolean itemDue = true; // An opening brace or an item may come; otherwise a delimiter or a closing brace.
        boolean first = true; // Nothing has been written behind the last opening bracket.
        do {
            byte b = source[at];
            if (b == '{' && itemDue) {
                if (++depth > DEPTH_MAX) {
                    throw malformed();
                }
                out.put('[');
                first = true;
                at++;
            } else if (b == '}' && (!itemDue || first)) {
                out.put(']');
                depth--;
                itemDue = false;
                first = false;
                at++;
            } else if (b == type.delimiter() && !itemDue) {
                out.put(',');
                itemDue = true;
                first = false;
                at++;
            } else if (itemDue && b != '}' && b != type.delimiter()) {
                at = b == '"' ? quoted(type, source, at + 1, end, out) : bare(type, source, at, end, out);
                itemDue = false;
                first = false;
            } else {
                throw malformed();
            }
            at = behindSpace(source, at, end);
        } while (depth > 0 && at < end);
        if (depth > 0 || at < end) {
            throw malformed();
        }
    }

    /** An array whose bounds are not the usual ones prints them first: {@code [0:1][-2:3]={…}}. */
    private static int behindBounds(byte[] source, int offset, int end) throws MalformedValue {
        if (offset == end || source[offset] != '[') {
            return offset;
        }
        for (int at = offset; at < end; at++) {
            if (source[at] == '=') {
                return at + 1;
            }
        }
        throw malformed();
    }

    private int quoted(ColumnType type, byte[] source, int from, int end, JsonBytes out) throws MalformedValue {
        int at = from;
        while (at < end && source[at] != '"' && source[at] != '\\') {
            at++;
        }
        if (at < end && source[at] == '"') { // Nothing is escaped: no copy.
            ScalarText.write(type.scalar(), source, from, at - from, out);
            return at + 1;
        }
        unescaped.clear();
        unescaped.put(source, from, at - from);
        while (at < end) {
            byte b = source[at++];
            if (b == '"') {
                ScalarText.write(type.scalar(), unescaped.array(), 0, unescaped.size(), out);
                return at;
            }
            if (b == '\\') {
                if (at == end) {
                    break;
                }
                b = source[at++];
            }
            unescaped.put((char) b);
        }
        throw malformed();
    }

    private static int bare(ColumnType type, byte[] source, int from, int end, JsonBytes out) throws MalformedValue {
        int at = from;
        while (at < end && source[at] != type.delimiter() && source[at] != '}') {
            if (source[at] == '{' || source[at] == '"') {
                throw malformed();
            }
            at++;
        }
        int last = at;
        while (last > from && isSpace(source[last - 1])) {
            last--;
        }
        if (isNull(source, from, last)) {
            ScalarText.writeNull(out);
        } else {
            ScalarText.write(type.scalar(), source, from, last - from, out);
        }
        return at;
    }

    private static boolean isNull(byte[] source, int from, int end) {
        return end - from == 4
                && source[from] == 'N'
                && source[from + 1] == 'U'
                && source[from + 2] == 'L'
                && source[from + 3] == 'L';
    }

    private static int behindSpace(byte[] source, int from, int end) {
        int at = from;
        while (at < end && isSpace(source[at])) {
            at++;
        }
        return at;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r';
    }

    private static MalformedValue malformed() {
        return new MalformedValue("an array that is none");
    }
}
