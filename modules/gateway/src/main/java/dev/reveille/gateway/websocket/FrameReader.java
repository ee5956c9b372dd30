package dev.reveille.gateway.websocket;

import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * Reads the frames that a client sends (RFC 6455 §5), from chunks that begin and end anywhere. Payload is handed on as it
 * comes: neither a frame nor a message is ever gathered, but for control frames, which are short. After a violation
 * nothing more is read.
 */
final class FrameReader {

    /** Hears what the frames bring, in order. */
    interface Listener {

        /** Some more bytes of the stream. */
        void data(ByteString bytes);

        void ping(ByteString payload);

        void pong();

        /** The peer's close frame; nothing of what comes behind it is read. */
        void closed(ByteString payload);

        /** Something that is against the rules. */
        void violated(CloseCode code, String reason);
    }

    private static final int HEADER_START_LENGTH = 2;
    private static final int MASK_LENGTH = 4;
    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7F;
    private static final int LENGTH_IN_16_BITS = 126;
    private static final int LENGTH_IN_64_BITS = 127;
    private static final int FIRST_CONTROL = 8;
    private static final int HEADER_LENGTH_MAX = HEADER_START_LENGTH + Long.BYTES + MASK_LENGTH;

    private final Listener listener;
    private final byte[] header = new byte[HEADER_LENGTH_MAX];
    private int headerLength;
    private boolean inPayload;
    private int opcode;
    private long left;
    private int mask;
    private boolean fragmented;
    private boolean stopped;
    private ByteString control = ByteString.emptyByteString();

    FrameReader(Listener listener) {
        this.listener = listener;
    }

    /**
     * Reads a chunk.
     *
     * @param bytes changed in place, and kept by what the listener hears: they must belong to nobody else
     */
    void hear(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && !stopped) {
            if (inPayload) {
                int length = (int) Math.min(left, bytes.length - at);
                payload(bytes, at, length);
                at += length;
            } else {
                header[headerLength++] = bytes[at++];
                headerByte();
            }
        }
    }

    /** Looks at the header after each byte: at its second, and at its last. */
    private void headerByte() {
        if (headerLength == HEADER_START_LENGTH) {
            checkStart();
        }
        if (!stopped && headerLength >= HEADER_START_LENGTH && headerLength == headerLengthAsAnnounced()) {
            begin();
        }
    }

    private int headerLengthAsAnnounced() {
        int more = switch (header[1] & LENGTH) {
            case LENGTH_IN_16_BITS -> Short.BYTES;
            case LENGTH_IN_64_BITS -> Long.BYTES;
            default -> 0;
        };
        return HEADER_START_LENGTH + more + MASK_LENGTH;
    }

    private void checkStart() {
        opcode = header[0] & OPCODE;
        boolean last = (header[0] & FIN) != 0;
        if ((header[0] & RESERVED) != 0) {
            violated("a reserved bit is set");
        } else if ((header[1] & MASKED) == 0) {
            violated("a frame is not masked");
        } else if (opcode >= FIRST_CONTROL && (!last || (header[1] & LENGTH) > Frames.CONTROL_LENGTH_MAX)) {
            violated("a control frame is fragmented or too long");
        } else {
            switch (opcode) {
                case Frames.CONTINUATION -> {
                    if (!fragmented) {
                        violated("a continuation of nothing");
                    }
                    fragmented = !last;
                }
                case Frames.BINARY -> fragmented = !last;
                case Frames.CLOSE, Frames.PING, Frames.PONG -> {}
                case Frames.TEXT -> violated(CloseCode.UNSUPPORTED_DATA, "a text frame");
                default -> violated("an unknown opcode");
            }
        }
    }

    private void begin() {
        ByteBuffer fields = ByteBuffer.wrap(header, 0, headerLength).position(HEADER_START_LENGTH);
        left = switch (header[1] & LENGTH) {
            case LENGTH_IN_16_BITS -> Short.toUnsignedLong(fields.getShort());
            case LENGTH_IN_64_BITS -> fields.getLong();
            default -> header[1] & LENGTH;
        };
        mask = fields.getInt();
        headerLength = 0;
        if (left < 0) {
            violated("a length beyond all measure");
        } else {
            inPayload = true;
            if (left == 0) {
                end();
            }
        }
    }

    private void payload(byte[] bytes, int at, int length) {
        unmask(bytes, at, length);
        left -= length;
        ByteString part = ByteString.fromArrayUnsafe(bytes, at, length);
        if (opcode < FIRST_CONTROL) {
            listener.data(part);
        } else {
            control = control.concat(part.compact());
        }
        if (left == 0) {
            end();
        }
    }

    private void end() {
        inPayload = false;
        ByteString payload = control;
        control = ByteString.emptyByteString();
        switch (opcode) {
            case Frames.PING -> listener.ping(payload);
            case Frames.PONG -> listener.pong();
            case Frames.CLOSE -> {
                stopped = true;
                listener.closed(payload);
            }
            default -> {}
        }
    }

    /** Takes the mask off, eight bytes at a time, and turns it to where the next byte of this frame begins. */
    private void unmask(byte[] bytes, int at, int length) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, at, length);
        long wide = (long) mask << Integer.SIZE | mask & 0xFFFF_FFFFL;
        while (buffer.remaining() >= Long.BYTES) {
            buffer.putLong(buffer.position(), buffer.getLong(buffer.position()) ^ wide);
            buffer.position(buffer.position() + Long.BYTES);
        }
        while (buffer.hasRemaining()) {
            buffer.put((byte) (buffer.get(buffer.position()) ^ mask >> Integer.SIZE - Byte.SIZE));
            mask = Integer.rotateLeft(mask, Byte.SIZE);
        }
    }

    private void violated(String reason) {
        violated(CloseCode.PROTOCOL_ERROR, reason);
    }

    private void violated(CloseCode code, String reason) {
        stopped = true;
        listener.violated(code, reason);
    }
}
