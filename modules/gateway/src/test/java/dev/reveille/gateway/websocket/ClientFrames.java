package dev.reveille.gateway.websocket;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Frames as a client makes them, right and wrong, and as it reads those of a server. */
public final class ClientFrames {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final byte[] MASK = {0x12, (byte) 0xFE, 0x00, 0x7A};

    private ClientFrames() {}

    /** A frame of a server: what it is, and what it says. */
    public record Received(int opcode, byte[] payload) {

        public String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }

        public int closeCode() {
            return Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort());
        }
    }

    public static byte[] binary(byte[] payload) {
        return frame(0x80 | BINARY, payload);
    }

    public static byte[] binary(String payload) {
        return binary(payload.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A masked frame with this first byte, which holds FIN, the reserved bits and the opcode. */
    public static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(first);
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else if (payload.length <= 0xFFFF) {
            out.write(0x80 | 126);
            out.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            out.write(0x80 | 127);
            out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        out.writeBytes(MASK);
        for (int at = 0; at < payload.length; at++) {
            out.write(payload[at] ^ MASK[at % MASK.length]);
        }
        return out.toByteArray();
    }

    /** The next frame of a server, which must be whole and unmasked. */
    public static Received read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int first = data.readUnsignedByte();
        if ((first & 0xF0) != 0x80) {
            throw new IOException("a fragment, or a reserved bit: " + first);
        }
        int length = data.readUnsignedByte();
        if (length > 127) {
            throw new IOException("a masked frame");
        }
        int really =
                length == 126 ? data.readUnsignedShort() : length == 127 ? Math.toIntExact(data.readLong()) : length;
        byte[] payload = new byte[really];
        data.readFully(payload);
        return new Received(first & 0x0F, payload);
    }
}
