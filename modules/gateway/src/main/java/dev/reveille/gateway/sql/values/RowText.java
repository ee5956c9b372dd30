package dev.reveille.gateway.sql.values;

import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.protocol.backend.RowDescription.Column;
import java.util.List;

/** The rows of one statement: each DataRow becomes one JSON array or object. For one thread at a time. */
public final class RowText {

    private static final byte[] NULL = JsonBytes.ascii("null");

    private final List<Column> columns;
    private final ColumnType[] types;
    private final byte[][] keys;
    private final boolean asArrays;
    private final boolean raw;
    private final ArrayText arrays = new ArrayText();

    /**
     * @param types of the columns, in their order
     * @param asArrays whether a row is an array, and not an object
     * @param raw whether every value is a string, as printed
     */
    public RowText(RowDescription fields, List<ColumnType> types, boolean asArrays, boolean raw) {
        this.columns = fields.columns();
        this.types = types.toArray(ColumnType[]::new);
        this.asArrays = asArrays;
        this.raw = raw;
        this.keys = new byte[columns.size()][];
        if (!asArrays) {
            for (int at = 0; at < keys.length; at++) {
                JsonBytes key = new JsonBytes(32).string(columns.get(at).name()).put(':');
                keys[at] = key.take(0).toArrayUnsafe();
            }
        }
    }

    /** Writes the row in this DataRow's body (PostgreSQL manual, 54.7). */
    public void write(byte[] body, int offset, int length, JsonBytes out) throws MalformedValue {
        int end = offset + length;
        if (length < 2 || int16(body, offset) != types.length) {
            throw new MalformedValue("a row with another number of columns than was said");
        }
        int at = offset + 2;
        out.put(asArrays ? '[' : '{');
        for (int column = 0; column < types.length; column++) {
            if (column > 0) {
                out.put(',');
            }
            if (!asArrays) {
                out.put(keys[column]);
            }
            if (end - at < 4) {
                throw cutShort();
            }
            int size = int32(body, at);
            at += 4;
            if (size < 0) {
                out.put(NULL);
            } else if (size > end - at) {
                throw cutShort();
            } else {
                value(types[column], body, at, size, out);
                at += size;
            }
        }
        if (at != end) {
            throw cutShort();
        }
        out.put(asArrays ? ']' : '}');
    }

    private void value(ColumnType type, byte[] body, int at, int size, JsonBytes out) throws MalformedValue {
        if (raw) {
            out.text(body, at, size);
        } else if (type.array()) {
            arrays.write(type, body, at, size, out);
        } else {
            ScalarText.write(type.scalar(), body, at, size, out);
        }
    }

    private static MalformedValue cutShort() {
        return new MalformedValue("a row whose lengths do not add up");
    }

    private static int int16(byte[] body, int at) {
        return (body[at] & 0xff) << 8 | body[at + 1] & 0xff;
    }

    private static int int32(byte[] body, int at) {
        return int16(body, at) << 16 | int16(body, at + 2);
    }
}
