package dev.reveille.gateway.sql.values;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/** JSON in the making: an array of bytes that grows. For one thread at a time. */
public final class JsonBytes {

    private static final byte[] HEX = ascii("0123456789abcdef");
    private static final int SPACE = 0x20;
    private static final int ASCII_END = 0x80;

    private byte[] bytes;
    private int size;

    public JsonBytes(int capacity) {
        this.bytes = new byte[capacity];
    }

    public int size() {
        return size;
    }

    /** How many bytes of memory it holds. */
    public int capacity() {
        return bytes.length;
    }

    /** One character of ASCII. */
    public JsonBytes put(char c) {
        ensure(1);
        bytes[size++] = (byte) c;
        return this;
    }

    /** Bytes as they are. */
    public JsonBytes put(byte[] source) {
        return put(source, 0, source.length);
    }

    /** Bytes as they are. */
    public JsonBytes put(byte[] source, int offset, int length) {
        ensure(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
        return this;
    }

    /** A number. */
    public JsonBytes number(long value) {
        if (value < 0) {
            return put(ascii(Long.toString(value)));
        }
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        ensure(digits);
        long rest = value;
        for (int at = size + digits - 1; at >= size; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
        return this;
    }

    /** A string, in quotes. A surrogate that stands alone becomes a question mark. */
    public JsonBytes string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        put('"');
        escape(utf8, 0, utf8.length);
        return put('"');
    }

    /** Text in UTF-8 as a string, in quotes. */
    JsonBytes text(byte[] source, int offset, int length) throws MalformedValue {
        put('"');
        if (!escape(source, offset, length)) {
            Utf8Text.check(source, offset, length);
        }
        return put('"');
    }

    /** Escapes, and says whether all of it was ASCII. */
    private boolean escape(byte[] source, int offset, int length) {
        int end = offset + length;
        int kept = offset;
        int seen = 0;
        for (int at = offset; at < end; at++) {
            byte b = source[at];
            seen |= b;
            if (b >= 0 && (b < SPACE || b == '"' || b == '\\')) {
                put(source, kept, at - kept);
                escape(b);
                kept = at + 1;
            }
        }
        put(source, kept, end - kept);
        return (seen & ASCII_END) == 0;
    }

    private void escape(byte b) {
        switch (b) {
            case '"' -> put('\\').put('"');
            case '\\' -> put('\\').put('\\');
            case '\b' -> put('\\').put('b');
            case '\t' -> put('\\').put('t');
            case '\n' -> put('\\').put('n');
            case '\f' -> put('\\').put('f');
            case '\r' -> put('\\').put('r');
            default -> {
                put('\\').put('u').put('0').put('0');
                put((char) HEX[b >> 4]).put((char) HEX[b & 0x0f]);
            }
        }
    }

    private void ensure(int more) {
        if (more > bytes.length - size) {
            long needed = (long) size + more;
            long doubled = Math.max(needed, 2L * bytes.length);
            // Beyond 2 GiB the copy fails; limits of answers stay far below that.
            bytes = Arrays.copyOf(bytes, (int) Math.min(doubled, Integer.MAX_VALUE - 8));
        }
    }

    /** What was written, without a copy; what is written from now on begins anew, in an array of {@code capacity}. */
    public ByteString take(int capacity) {
        ByteString taken = ByteString.fromArrayUnsafe(bytes, 0, size);
        bytes = new byte[capacity];
        size = 0;
        return taken;
    }

    /** Forgets what was written, and keeps the array. */
    void clear() {
        size = 0;
    }

    byte[] array() {
        return bytes;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
