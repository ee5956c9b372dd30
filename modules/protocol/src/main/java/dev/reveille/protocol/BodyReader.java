package dev.reveille.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Reads the fields of one message body in order: the only place that knows how integers, strings and values lie on the
 * wire (PostgreSQL manual, "Message Data Types"). Each method throws {@link ProtocolViolation} where the body is too
 * short or the field is not what it must be. For one thread and one body.
 *
 * <p>Text is read as UTF-8, with replacement characters where it is something else. What must survive unchanged is read
 * as bytes, or passed on as an unopened {@link Frame}.
 */
public final class BodyReader {

    private final String message;
    private final ByteString body;
    private final ByteBuffer in;

    /** A reader of {@code body}, which belongs to a message of the given name. */
    public BodyReader(String message, ByteString body) {
        this.message = message;
        this.body = body;
        this.in = body.asByteBuffer();
    }

    /** One byte. */
    public byte int8() {
        need(Byte.BYTES);
        return in.get();
    }

    /** A signed integer of two bytes. */
    public short int16() {
        need(Short.BYTES);
        return in.getShort();
    }

    /** A count of two bytes; the server reads it without sign, so that a statement can have 65,535 parameters. */
    public int count16() {
        return Short.toUnsignedInt(int16());
    }

    /** A signed integer of four bytes; object identifiers, too, which have no sign of their own in Java. */
    public int int32() {
        need(Integer.BYTES);
        return in.getInt();
    }

    /** The next {@code length} bytes. */
    public ByteString bytes(int length) {
        if (length < 0) {
            throw violation("length of %d bytes".formatted(length));
        }
        need(length);
        int from = in.position();
        in.position(from + length);
        return body.slice(from, from + length);
    }

    /** A value with its length in front, or nothing where the length is -1: SQL's NULL. */
    public Optional<ByteString> value() {
        int length = int32();
        return length == -1 ? Optional.empty() : Optional.of(bytes(length));
    }

    /** A list of values with its count in front. */
    public List<Optional<ByteString>> values() {
        int count = count16();
        List<Optional<ByteString>> values = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            values.add(value());
        }
        return values;
    }

    /** The bytes up to the next NUL, which is skipped. */
    public ByteString cstring() {
        int from = in.position();
        for (int at = from; at < in.limit(); at++) {
            if (in.get(at) == 0) {
                in.position(at + 1);
                return body.slice(from, at);
            }
        }
        throw violation("string at byte %d has no end".formatted(from));
    }

    /** The text up to the next NUL, which is skipped. */
    public String text() {
        return cstring().decodeString(StandardCharsets.UTF_8);
    }

    /** A format code of two bytes. */
    public Format format() {
        return format(int16());
    }

    /** A list of format codes with its count in front. */
    public List<Format> formats() {
        int count = count16();
        List<Format> formats = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            formats.add(format());
        }
        return formats;
    }

    /** A list of object identifiers with its count in front. */
    public List<Integer> objectIds() {
        int count = count16();
        List<Integer> ids = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            ids.add(int32());
        }
        return ids;
    }

    /** The format of this code. */
    public Format format(int code) {
        return switch (code) {
            case 0 -> Format.TEXT;
            case 1 -> Format.BINARY;
            default -> throw violation("format code %d".formatted(code));
        };
    }

    /** All bytes that have not been read yet. */
    public ByteString rest() {
        return bytes(in.remaining());
    }

    /** How many bytes have not been read yet. */
    public int remaining() {
        return in.remaining();
    }

    /** Makes sure that the body has been read to its end. */
    public void end() {
        if (in.hasRemaining()) {
            throw violation("%d bytes too many".formatted(in.remaining()));
        }
    }

    /** A complaint about this body. The fact must not repeat content. */
    public ProtocolViolation violation(String fact) {
        return new ProtocolViolation(message, fact);
    }

    private void need(int length) {
        if (in.remaining() < length) {
            throw violation("%d bytes wanted at byte %d of %d".formatted(length, in.position(), in.limit()));
        }
    }
}
