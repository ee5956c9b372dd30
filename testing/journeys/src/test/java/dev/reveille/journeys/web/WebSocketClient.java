package dev.reveille.journeys.web;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** A WebSocket down to its frames, as drivers for serverless functions use it. Each wait is bounded. */
final class WebSocketClient implements Closeable {

    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int SILENCE_MILLIS_MAX = 60_000;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final byte[] MASK = {1, 2, 3, 4};

    private final Socket socket;
    private final DataInputStream in;

    record Received(int opcode, byte[] payload) {

        String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }

        int closeCode() {
            return Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort());
        }
    }

    /**
     * Opens one.
     *
     * @param host what the request's Host says
     */
    WebSocketClient(InetSocketAddress door, String path, String host) throws IOException {
        socket = new Socket(door.getAddress(), door.getPort());
        socket.setSoTimeout(SILENCE_MILLIS_MAX);
        in = new DataInputStream(socket.getInputStream());
        says("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        String head = head();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no WebSocket: " + head);
        }
    }

    /** The start-up message, password and further messages of a driver that waits for nothing. */
    static ByteString login(Destination destination, String password, ByteString behind) {
        StartupMessage startup = new StartupMessage(
                ProtocolVersion.V3_0,
                List.of(Parameter.of("user", destination.role()), Parameter.of("database", destination.database())));
        return startup.encode()
                .concat(new PasswordMessage(ByteString.fromString(password)).encode())
                .concat(behind);
    }

    void sends(ByteString payload) throws IOException {
        frame(BINARY, payload.toArray());
    }

    /** Bytes as they are. */
    void raw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void frame(int opcode, byte[] payload) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(FIN | opcode);
        if (payload.length < 126) {
            out.write(MASKED | payload.length); // Control frames have no other form.
        } else {
            out.write(MASKED | 127);
            out.writeBytes(
                    ByteBuffer.allocate(Long.BYTES).putLong(payload.length).array());
        }
        out.writeBytes(MASK);
        for (int at = 0; at < payload.length; at++) {
            out.write(payload[at] ^ MASK[at % MASK.length]);
        }
        socket.getOutputStream().write(out.toByteArray());
    }

    Received hears() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        int really = length == 126 ? in.readUnsignedShort() : length == 127 ? Math.toIntExact(in.readLong()) : length;
        byte[] payload = new byte[really];
        in.readFully(payload);
        return new Received(opcode, payload);
    }

    /** All payload up to and with this; fails where the WebSocket is closed before. */
    String hearsUntil(String last) throws IOException {
        StringBuilder heard = new StringBuilder();
        while (heard.indexOf(last) < 0) {
            Received next = hears();
            if (next.opcode() == CLOSE) {
                throw new IOException("closed with " + next.closeCode() + " after " + heard);
            }
            heard.append(next.text());
        }
        return heard.toString();
    }

    private void says(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
