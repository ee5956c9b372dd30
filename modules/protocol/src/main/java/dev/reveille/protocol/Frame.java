package dev.reveille.protocol;

import org.apache.pekko.util.ByteString;

/**
 * A tagged message whose body has not been read; most frames pass through the house like this, unopened. The layout is
 * that of the PostgreSQL manual, section "Message Formats": tag (1 byte), length (4 bytes, counting itself but not the
 * tag), body.
 */
public record Frame(byte tag, ByteString body) {

    /** Tag and length. */
    public static final int HEADER_LENGTH = 5;

    /** Bodies up to this size are copied behind their header; larger ones are only linked to it. */
    private static final int COPIED_LENGTH_MAX = 4096;

    /**
     * Cuts the first frame off {@code bytes}, which may hold less than one frame, or many. A length below 4 and a body
     * of more than {@code maxBodyLength} bytes are malformed as soon as the header is there.
     */
    public static Decoded<Frame> next(ByteString bytes, int maxBodyLength) {
        int held = bytes.size();
        if (held < HEADER_LENGTH) {
            return new Decoded.Incomplete<>();
        }
        int bodyLength = bodyLength(bytes, 0);
        if (bodyLength < 0 || bodyLength > maxBodyLength) {
            return new Decoded.Malformed<>("frame body of %d bytes, limit is %d".formatted(bodyLength, maxBodyLength));
        }
        if (held - HEADER_LENGTH < bodyLength) {
            return new Decoded.Incomplete<>();
        }
        int end = HEADER_LENGTH + bodyLength;
        return new Decoded.Complete<>(new Frame(bytes.apply(0), bytes.slice(HEADER_LENGTH, end)), bytes.drop(end));
    }

    /**
     * The length of the body whose frame begins at {@code offset}, without cutting anything. At least
     * {@link #HEADER_LENGTH} bytes must follow {@code offset}. Negative where the length on the wire is below 4, or
     * above what an {@code int} can hold.
     */
    public static int bodyLength(ByteString bytes, int offset) {
        int length = (bytes.apply(offset + 1) & 0xFF) << 24
                | (bytes.apply(offset + 2) & 0xFF) << 16
                | (bytes.apply(offset + 3) & 0xFF) << 8
                | (bytes.apply(offset + 4) & 0xFF);
        // Not simply the difference: just above 2^31 it would overflow into a positive number.
        return length < Integer.BYTES ? -1 : length - Integer.BYTES;
    }

    /** Tag, length and body, as they travel. */
    public ByteString encode() {
        int size = body.size();
        boolean copied = size <= COPIED_LENGTH_MAX;
        byte[] bytes = new byte[copied ? HEADER_LENGTH + size : HEADER_LENGTH];
        int length = size + Integer.BYTES;
        bytes[0] = tag;
        bytes[1] = (byte) (length >>> 24);
        bytes[2] = (byte) (length >>> 16);
        bytes[3] = (byte) (length >>> 8);
        bytes[4] = (byte) length;
        if (copied) {
            body.copyToArray(bytes, HEADER_LENGTH);
            return ByteString.fromArrayUnsafe(bytes);
        }
        return ByteString.fromArrayUnsafe(bytes).concat(body);
    }

    /** Shows what kind of message and how long, never the body: it may be a password. */
    @Override
    public String toString() {
        return "Frame['%s', %d bytes]".formatted(tagText(tag), body.size());
    }

    /** A tag as a log may show it: the letter, or its number where it is not printable. */
    public static String tagText(byte tag) {
        return tag > ' ' && tag < 0x7F ? String.valueOf((char) tag) : "0x%02x".formatted(tag & 0xFF);
    }
}
