package dev.reveille.gateway.web;

import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/** Gathers the head of the next request. One that comes whole is not copied. */
final class HeadReader {

    private static final byte[] NO_BYTES = {};

    /** An end may begin in the last bytes that were looked at. */
    private static final int END_LENGTH_MAX = 3;

    /** What has come so far. */
    sealed interface Heard {}

    /**
     * A head.
     *
     * @param from the head itself, and what came behind it
     * @param length of the head
     */
    record Whole(RequestHead head, ByteString from, int length) implements Heard {}

    /** More is to come. */
    record Partial() implements Heard {}

    /** It is too long already. */
    record TooLong() implements Heard {}

    private final int lengthMax;
    private byte[] gathered = NO_BYTES;
    private int length;
    private int scanned;

    HeadReader(int lengthMax) {
        this.lengthMax = lengthMax;
    }

    /** Whether a head has begun and not ended. */
    boolean begun() {
        return length > 0;
    }

    /** Takes some more bytes in; they must not change any more. */
    Heard hear(ByteString chunk) {
        byte[] bytes = chunk.toArrayUnsafe();
        int available = bytes.length;
        if (length > 0) {
            gather(bytes);
            bytes = gathered;
            available = length;
        }
        int start = RequestHead.start(bytes, available);
        int end = RequestHead.end(bytes, Math.max(start, scanned), available);
        if ((end < 0 ? available : end) - start > lengthMax) {
            return new TooLong();
        }
        if (end < 0) {
            if (length == 0) {
                gather(bytes);
            }
            scanned = Math.max(0, length - END_LENGTH_MAX);
            return new Partial();
        }
        gathered = NO_BYTES;
        length = 0;
        scanned = 0;
        ByteString from = ByteString.fromArrayUnsafe(bytes, start, available - start);
        return new Whole(RequestHead.of(bytes, start, end), from, end - start);
    }

    /** What comes in pieces is copied as often as it doubles, and no more. */
    private void gather(byte[] more) {
        if (gathered.length < length + more.length) {
            gathered = Arrays.copyOf(gathered, Math.max(2 * gathered.length, length + more.length));
        }
        System.arraycopy(more, 0, gathered, length, more.length);
        length += more.length;
    }
}
