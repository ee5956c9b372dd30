package dev.reveille.session.line;

import org.apache.pekko.util.ByteString;

/**
 * Cuts what a compute says into frames and shows them where they lie: a frame that came in one piece is not copied. For one
 * connection, on its loop.
 */
public final class FrameReader {

    private static final int HEADER_LENGTH = 5;
    private static final byte[] NOTHING = {};

    /** What to do with a frame of which only the header has been read. */
    public enum Wish {
        /** Its body is to be shown. */
        READ,
        /** Its body is of no interest and is not kept. */
        SKIP,
        /** Read no more, of this frame or any other. */
        STOP
    }

    /** Whom the frames are shown to. */
    public interface Reader {

        /**
         * A frame begins.
         *
         * @param length of the body; negative where the header makes no sense
         */
        Wish begins(byte tag, int length);

        /**
         * A frame that was wished for.
         *
         * @param bytes the reader's only during the call; may hold other things before {@code offset} and behind the body
         */
        void frame(byte tag, byte[] bytes, int offset, int length);
    }

    private final Reader reader;
    private final byte[] header = new byte[HEADER_LENGTH];
    private int headerSeen;
    private byte tag;
    private byte[] body = NOTHING;
    private int bodySeen;
    private int bodyLength;
    private int toSkip;
    private boolean stopped;

    /** @param reader called while {@link #read} is */
    public FrameReader(Reader reader) {
        this.reader = reader;
    }

    /** Shows all frames that are complete now. */
    public void read(ByteString chunk) {
        byte[] bytes = chunk.compact().toArrayUnsafe();
        int at = 0;
        int end = bytes.length;
        while (at < end && !stopped) {
            if (toSkip > 0) {
                int skipped = Math.min(toSkip, end - at);
                toSkip -= skipped;
                at += skipped;
            } else if (bodyLength > 0) {
                at = gather(bytes, at, end);
            } else if (headerSeen == 0 && end - at >= HEADER_LENGTH) {
                at = open(bytes, at, at + HEADER_LENGTH, end, bytes);
            } else {
                header[headerSeen++] = bytes[at++];
                if (headerSeen == HEADER_LENGTH) {
                    headerSeen = 0;
                    at = open(header, 0, at, end, bytes);
                }
            }
        }
    }

    /** Whether everything that came has been shown or skipped, and the next byte begins a frame. */
    public boolean isBetweenFrames() {
        return headerSeen == 0 && bodyLength == 0 && toSkip == 0 && !stopped;
    }

    /** Shows no more frames. */
    public void stop() {
        stopped = true;
        body = NOTHING;
    }

    /** The header lies at {@code from} of {@code head}, what follows it at {@code at} of {@code bytes}. */
    private int open(byte[] head, int from, int at, int end, byte[] bytes) {
        tag = head[from];
        int length = (head[from + 1] & 0xFF) << 24
                | (head[from + 2] & 0xFF) << 16
                | (head[from + 3] & 0xFF) << 8
                | (head[from + 4] & 0xFF);
        int rest = length < Integer.BYTES ? -1 : length - Integer.BYTES;
        Wish wish = reader.begins(tag, rest);
        if (wish == Wish.STOP || rest < 0) {
            stop();
            return end;
        }
        if (wish == Wish.SKIP) {
            toSkip = rest;
            return at;
        }
        if (end - at >= rest) {
            reader.frame(tag, bytes, at, rest);
            return at + rest;
        }
        bodyLength = rest;
        bodySeen = 0;
        body = new byte[rest];
        return at;
    }

    private int gather(byte[] bytes, int at, int end) {
        int taken = Math.min(bodyLength - bodySeen, end - at);
        System.arraycopy(bytes, at, body, bodySeen, taken);
        bodySeen += taken;
        if (bodySeen == bodyLength) {
            byte[] whole = body;
            body = NOTHING;
            bodyLength = 0;
            reader.frame(tag, whole, 0, whole.length);
        }
        return at + taken;
    }
}
