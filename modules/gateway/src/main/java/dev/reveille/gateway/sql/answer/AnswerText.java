package dev.reveille.gateway.sql.answer;

import dev.reveille.gateway.sql.values.ColumnType;
import dev.reveille.gateway.sql.values.JsonBytes;
import dev.reveille.gateway.sql.values.MalformedValue;
import dev.reveille.gateway.sql.values.RowText;
import dev.reveille.protocol.Digits;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.protocol.backend.RowDescription.Column;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The body of a good answer in the making (spec 03 §6.2). It may be taken away piece by piece; how long it may become in all
 * is bounded, whatever has been taken. For one thread at a time.
 */
public final class AnswerText {

    private static final byte[] FIELDS = ascii("{\"fields\":[");
    private static final byte[] NAME = ascii("{\"name\":");
    private static final byte[] TYPE = ascii(",\"dataTypeID\":");
    private static final byte[] TABLE = ascii(",\"tableID\":");
    private static final byte[] COLUMN = ascii(",\"columnID\":");
    private static final byte[] SIZE = ascii(",\"dataTypeSize\":");
    private static final byte[] MODIFIER = ascii(",\"dataTypeModifier\":");
    private static final byte[] FORMAT = ascii(",\"format\":\"text\"}");
    private static final byte[] ROWS = ascii("],\"rows\":[");
    private static final byte[] COMMAND = ascii("],\"command\":");
    private static final byte[] ROW_COUNT = ascii(",\"rowCount\":");
    private static final byte[] AS_ARRAY = ascii(",\"rowAsArray\":");
    private static final byte[] NULL = ascii("null");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] RESULTS = ascii("{\"results\":[");
    private static final int LENGTH_OF_LENGTH = 4;
    private static final int ROW_COUNT_DIGITS_MAX = 20;

    private final JsonBytes out;
    private final boolean batch;
    private final boolean raw;
    private final long max;
    private long taken;
    private long rows;
    private int statements;
    private Optional<RowText> rowText = Optional.empty();
    private int columns;
    private boolean firstRow;
    private boolean asArrays;

    /** The answer would be longer than it may be. */
    public static final class TooLong extends Exception {

        private static final long serialVersionUID = 1L;

        private TooLong() {
            super("the answer is too long", null, false, false);
        }
    }

    /**
     * @param raw whether every value is a string, as printed
     * @param max bytes in all
     * @param capacity bytes to begin with
     */
    public AnswerText(boolean batch, boolean raw, long max, int capacity) {
        this.out = new JsonBytes(capacity);
        this.batch = batch;
        this.raw = raw;
        this.max = max;
        if (batch) {
            out.put(RESULTS);
        }
    }

    /** Begins the next statement's result. */
    public void fields(Optional<RowDescription> fields, List<ColumnType> types, boolean rowsAsArrays) throws TooLong {
        asArrays = rowsAsArrays;
        firstRow = true;
        columns = types.size();
        if (statements++ > 0) {
            out.put(',');
        }
        out.put(FIELDS);
        if (fields.isPresent()) {
            boolean first = true;
            for (Column column : fields.get().columns()) {
                if (!first) {
                    out.put(',');
                }
                first = false;
                field(column);
            }
        }
        out.put(ROWS);
        rowText = fields.map(description -> new RowText(description, types, rowsAsArrays, raw));
        check(0);
    }

    private void field(Column column) {
        out.put(NAME).string(column.name());
        out.put(TYPE).number(Integer.toUnsignedLong(column.typeId()));
        out.put(TABLE).number(Integer.toUnsignedLong(column.tableId()));
        out.put(COLUMN).number(column.attribute());
        out.put(SIZE).number(column.typeSize());
        out.put(MODIFIER).number(column.typeModifier());
        out.put(FORMAT);
    }

    /** One row: the body of a DataRow message. */
    public void row(byte[] body, int offset, int length) throws MalformedValue, TooLong {
        if (rowText.isEmpty()) {
            throw new MalformedValue("a row where none was announced");
        }
        // Before anything is copied: no value becomes shorter in JSON, but for an array's bounds.
        check(length - 2L - (long) columns * LENGTH_OF_LENGTH);
        if (!firstRow) {
            out.put(',');
        }
        firstRow = false;
        rowText.get().write(body, offset, length, out);
        rows++;
        check(0);
    }

    /** The statement is done. */
    public void completed(String tag) {
        int space = tag.indexOf(' ');
        out.put(COMMAND).string(space < 0 ? tag : tag.substring(0, space));
        out.put(ROW_COUNT)
                .put(rowCount(tag))
                .put(AS_ARRAY)
                .put(asArrays ? TRUE : FALSE)
                .put('}');
        rowText = Optional.empty();
    }

    /** Everything is done. */
    public void end() {
        if (batch) {
            out.put(']').put('}');
        }
    }

    /** Bytes that have not been taken. */
    public int size() {
        return out.size();
    }

    /** Bytes of memory that it holds. */
    public int capacity() {
        return out.capacity();
    }

    /** Bytes in all, those that were taken included. */
    public long total() {
        return taken + out.size();
    }

    public long rows() {
        return rows;
    }

    /** What has not been taken yet; what follows begins with {@code capacity} bytes. */
    public ByteString take(int capacity) {
        taken += out.size();
        return out.take(capacity);
    }

    private void check(long more) throws TooLong {
        if (total() + more > max) {
            throw new TooLong();
        }
    }

    /** The last of a tag's words but for the command, where it is a number: {@code INSERT 0 3}, {@code SELECT 5}. */
    private static byte[] rowCount(String tag) {
        int from = tag.indexOf(' ') + 1;
        if (tag.startsWith("INSERT ")) {
            from = tag.indexOf(' ', from) + 1;
        }
        if (from == 0) {
            return NULL;
        }
        int space = tag.indexOf(' ', from);
        String word = tag.substring(from, space < 0 ? tag.length() : space);
        return Digits.only(word, ROW_COUNT_DIGITS_MAX) ? ascii(word) : NULL;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
