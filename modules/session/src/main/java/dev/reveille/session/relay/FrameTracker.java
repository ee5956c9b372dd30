package dev.reveille.session.relay;

import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * Follows the frames of one direction as they pass, at the price of a look at each five-byte header: bodies are skipped,
 * nothing is kept or copied, chunks may be cut anywhere.
 */
abstract class FrameTracker {

    static final int HEADER_LENGTH = 5;
    private static final byte READY_FOR_QUERY = 'Z';
    private static final byte[] NOTHING = {};

    private int bodyLeft;
    private int headerSeen;
    private byte tag;
    private int length;
    private boolean statusDue;
    private boolean lost;
    private int sound;

    /** A body that is copied as it passes; seldom there. */
    private byte[] copy;

    private int copied;

    /** A frame begins; for ReadyForQuery {@link #ready} is called instead. */
    abstract void began(byte tag);

    /** A ReadyForQuery passed, with this transaction status. */
    abstract void ready(byte status);

    /** All of a body for which {@link #copyBody} was called. */
    void passed(byte[] body) {}

    /** To be called when a frame {@link #began}: its body is to be copied. False where it has more than so many bytes. */
    final boolean copyBody(int lengthMax) {
        if (bodyLeft > lengthMax) {
            return false;
        }
        if (bodyLeft == 0) {
            passed(NOTHING);
            return true;
        }
        copy = new byte[bodyLeft];
        copied = 0;
        return true;
    }

    /**
     * Looks at the next chunk of the stream.
     *
     * @return how many of its bytes come before a header that makes no sense: all of them, unless {@link #lost}
     */
    final int follow(ByteString chunk) {
        if (chunk.isCompact()) {
            return follow(ByteBuffer.wrap(chunk.toArrayUnsafe()));
        }
        sound = 0;
        for (ByteBuffer part : chunk.getByteBuffers()) {
            look(part);
        }
        return Math.max(sound, 0);
    }

    /** The same for a chunk that is not on the heap; its position and limit stay as they are. */
    final int follow(ByteBuffer chunk) {
        sound = 0;
        look(chunk);
        return Math.max(sound, 0);
    }

    /** Whether no byte of the header that made no sense came in an earlier chunk. */
    final boolean lostAtBoundary() {
        return lost && sound >= 0;
    }

    /** Whether the stream is between two frames. */
    final boolean atBoundary() {
        return bodyLeft == 0 && headerSeen == 0 && !lost;
    }

    /** Whether a header made no sense, so that nothing can be said of what follows it. */
    final boolean lost() {
        return lost;
    }

    private void look(ByteBuffer bytes) {
        if (lost) {
            return;
        }
        int at = bytes.position();
        int end = bytes.limit();
        int before = sound - at;
        while (at < end && !lost) {
            if (bodyLeft > 0) {
                if (statusDue) {
                    statusDue = false;
                    ready(bytes.get(at));
                }
                int skipped = Math.min(bodyLeft, end - at);
                bodyLeft -= skipped;
                if (copy != null) {
                    copy(bytes, at, skipped);
                }
                at += skipped;
            } else if (headerSeen == 0 && end - at >= HEADER_LENGTH) {
                open(bytes.get(at), bytes.getInt(at + 1));
                at += HEADER_LENGTH;
            } else {
                headerByte(bytes.get(at++));
            }
        }
        sound = before + (lost ? at - HEADER_LENGTH : at);
    }

    private void copy(ByteBuffer bytes, int at, int length) {
        bytes.get(at, copy, copied, length);
        copied += length;
        if (bodyLeft == 0) {
            byte[] whole = copy;
            copy = null;
            passed(whole);
        }
    }

    private void headerByte(byte next) {
        if (headerSeen == 0) {
            tag = next;
            length = 0;
        } else {
            length = length << Byte.SIZE | next & 0xFF;
        }
        if (++headerSeen == HEADER_LENGTH) {
            headerSeen = 0;
            open(tag, length);
        }
    }

    private void open(byte frameTag, int frameLength) {
        if (frameLength < Integer.BYTES) {
            lost = true;
            return;
        }
        bodyLeft = frameLength - Integer.BYTES;
        if (frameTag == READY_FOR_QUERY && bodyLeft > 0) {
            statusDue = true;
        } else {
            began(frameTag);
        }
    }
}
