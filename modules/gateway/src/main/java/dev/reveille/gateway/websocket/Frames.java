package dev.reveille.gateway.websocket;

import org.apache.pekko.util.ByteString;

/** The frames that a server sends: whole, unmasked (RFC 6455 §5.2). */
final class Frames {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** Bytes in the payload of a control frame. */
    static final int CONTROL_LENGTH_MAX = 125;

    private static final int FIN = 0x80;
    private static final int LENGTH_IN_16_BITS = 126;
    private static final int LENGTH_IN_64_BITS = 127;
    private static final int UNSIGNED_16_MAX = 0xFFFF;

    private Frames() {}

    static ByteString binary(ByteString payload) {
        return header(BINARY, payload.size()).concat(payload);
    }

    static ByteString ping() {
        return header(PING, 0);
    }

    static ByteString pong(ByteString payload) {
        return header(PONG, payload.size()).concat(payload);
    }

    static ByteString close(CloseCode code) {
        return close(closing(code));
    }

    /** The payload that says this and nothing more. */
    static ByteString closing(CloseCode code) {
        return ByteString.fromInts(code.number() >> Byte.SIZE, code.number());
    }

    static ByteString close(ByteString payload) {
        return header(CLOSE, payload.size()).concat(payload);
    }

    private static ByteString header(int opcode, int length) {
        if (length <= CONTROL_LENGTH_MAX) {
            return ByteString.fromArrayUnsafe(new byte[] {(byte) (FIN | opcode), (byte) length});
        }
        if (length <= UNSIGNED_16_MAX) {
            return ByteString.fromArrayUnsafe(
                    new byte[] {(byte) (FIN | opcode), LENGTH_IN_16_BITS, (byte) (length >> 8), (byte) length});
        }
        return ByteString.fromArrayUnsafe(new byte[] {
            (byte) (FIN | opcode),
            LENGTH_IN_64_BITS,
            0,
            0,
            0,
            0,
            (byte) (length >> 24),
            (byte) (length >> 16),
            (byte) (length >> 8),
            (byte) length
        });
    }
}
