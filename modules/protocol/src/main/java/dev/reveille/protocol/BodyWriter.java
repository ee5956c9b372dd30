package dev.reveille.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Writes the fields of one message body in order: the counterpart of {@link BodyReader}. A string that holds a NUL
 * would smuggle a second field into the message, and a list that is too long for its count would be cut; both are
 * mistakes of ours and throw {@link IllegalArgumentException}. For one thread and one body.
 */
public final class BodyWriter {

    private static final int COUNT_MAX = 0xFFFF;
    private static final int FIRST_CAPACITY = 64;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int size;

    public BodyWriter int8(int value) {
        room(Byte.BYTES);
        bytes[size++] = (byte) value;
        return this;
    }

    public BodyWriter int16(int value) {
        return int8(value >>> 8).int8(value);
    }

    public BodyWriter int32(int value) {
        return int16(value >>> 16).int16(value);
    }

    /** The size of a list, in two bytes without sign. */
    public BodyWriter count16(Collection<?> list) {
        if (list.size() > COUNT_MAX) {
            throw new IllegalArgumentException("a message cannot count to " + list.size());
        }
        return int16(list.size());
    }

    /** The bytes as they are. */
    public BodyWriter bytes(ByteString value) {
        room(value.size());
        value.copyToArray(bytes, size);
        size += value.size();
        return this;
    }

    /** The bytes and a NUL. */
    public BodyWriter cstring(ByteString value) {
        if (value.indexOf((byte) 0) >= 0) {
            throw new IllegalArgumentException("a string on the wire cannot hold a NUL");
        }
        return bytes(value).int8(0);
    }

    /** The text in UTF-8 and a NUL. */
    public BodyWriter text(String value) {
        return cstring(ByteString.fromArrayUnsafe(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** A value with its length in front; nothing is SQL's NULL. */
    public BodyWriter value(Optional<ByteString> value) {
        return value.map(present -> int32(present.size()).bytes(present)).orElseGet(() -> int32(-1));
    }

    /** A list of values with its count in front. */
    public BodyWriter values(List<Optional<ByteString>> values) {
        count16(values);
        values.forEach(this::value);
        return this;
    }

    /** A list of format codes with its count in front. */
    public BodyWriter formats(List<Format> formats) {
        count16(formats);
        formats.forEach(format -> int16(format.code()));
        return this;
    }

    /** A list of object identifiers with its count in front. */
    public BodyWriter objectIds(List<Integer> ids) {
        count16(ids);
        ids.forEach(this::int32);
        return this;
    }

    /** What has been written. The writer must not be used afterwards. */
    public ByteString body() {
        return ByteString.fromArrayUnsafe(bytes, 0, size);
    }

    private void room(int length) {
        if (bytes.length - size < length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, length)));
        }
    }
}
