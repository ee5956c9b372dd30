package dev.reveille.gateway.web;

import org.apache.pekko.util.ByteString;

/**
 * Where the body of one request ends among the bytes behind its head (RFC 9112 §6). The body's meaning, and whether it is
 * well formed, is judged by who reads it; in doubt a body never ends here, and then the connection carries no other request.
 */
final class BodyBounds {

    private enum Expecting {
        SIZE,
        REST_OF_SIZE_LINE,
        DATA,
        END_OF_DATA,
        TRAILER,
        NOTHING
    }

    private static final int HEX = 16;

    /** More digits than any chunk's length has. */
    private static final long CHUNK_LENGTH_MAX = Long.MAX_VALUE / HEX;

    private long left;
    private Expecting chunked = Expecting.NOTHING;
    private boolean trailerLineEmpty;
    private final boolean endless;

    private BodyBounds(long left, Expecting chunked, boolean endless) {
        this.left = left;
        this.chunked = chunked;
        this.endless = endless;
    }

    /** A body of so many bytes; 0 for none. */
    static BodyBounds ofLength(long length) {
        return new BodyBounds(length, Expecting.NOTHING, false);
    }

    /** A body in chunks. */
    static BodyBounds inChunks() {
        return new BodyBounds(0, Expecting.SIZE, false);
    }

    /** A body whose end cannot be told. */
    static BodyBounds unclear() {
        return new BodyBounds(0, Expecting.NOTHING, true);
    }

    boolean isUnclear() {
        return endless;
    }

    /** Whether all of the body has passed. */
    boolean over() {
        return !endless && left == 0 && chunked == Expecting.NOTHING;
    }

    /** How many of these bytes belong to the body; they have passed then. */
    int passing(ByteString bytes) {
        if (endless) {
            return bytes.size();
        }
        if (chunked == Expecting.NOTHING) {
            int part = (int) Math.min(left, bytes.size());
            left -= part;
            return part;
        }
        int at = 0;
        while (at < bytes.size() && chunked != Expecting.NOTHING) {
            if (chunked == Expecting.DATA) {
                int part = (int) Math.min(left, bytes.size() - at);
                left -= part;
                at += part;
                if (left == 0) {
                    chunked = Expecting.END_OF_DATA;
                }
            } else {
                framing(bytes.apply(at++));
            }
        }
        return at;
    }

    private void framing(byte next) {
        switch (chunked) {
            case SIZE -> {
                int digit = Character.digit(next, HEX);
                if (digit >= 0 && left < CHUNK_LENGTH_MAX) {
                    left = left * HEX + digit;
                } else if (next == '\n') {
                    sizeKnown();
                } else {
                    chunked = Expecting.REST_OF_SIZE_LINE;
                }
            }
            case REST_OF_SIZE_LINE -> {
                if (next == '\n') {
                    sizeKnown();
                }
            }
            case END_OF_DATA -> {
                if (next == '\n') {
                    chunked = Expecting.SIZE;
                }
            }
            case TRAILER -> {
                if (next == '\n' && trailerLineEmpty) {
                    chunked = Expecting.NOTHING;
                }
                trailerLineEmpty = next == '\n' || next == '\r' && trailerLineEmpty;
            }
            case DATA, NOTHING -> {}
        }
    }

    private void sizeKnown() {
        trailerLineEmpty = true;
        chunked = left == 0 ? Expecting.TRAILER : Expecting.DATA;
    }
}
