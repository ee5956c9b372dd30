package dev.reveille.gateway.web;

import dev.reveille.gateway.loops.TestLoops;
import dev.reveille.gateway.websocket.ClientFrames;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A client at the web door, down to the bytes. Each wait is bounded. */
final class WebClient implements AutoCloseable {

    static final String UPGRADE = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private final Socket socket;
    private final InputStream in;

    /** What came back. */
    record Answer(int status, String head, String body) {

        Optional<String> field(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst();
        }
    }

    WebClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(Math.toIntExact(TestLoops.PATIENCE.toMillis()));
        this.in = socket.getInputStream();
    }

    static WebClient to(InetSocketAddress door) throws IOException {
        return new WebClient(new Socket(door.getAddress(), door.getPort()));
    }

    void says(String text) throws IOException {
        says(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void says(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void finishes() throws IOException {
        socket.shutdownOutput();
    }

    /** Breaks the connection. */
    void breaks() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    Answer asks(String path) throws IOException {
        says("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
        return hears();
    }

    Answer hears() throws IOException {
        String head = head();
        int status = Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
        Answer empty = new Answer(status, head, "");
        int length = empty.field("Content-Length").map(Integer::parseInt).orElse(0);
        return new Answer(status, head, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    ClientFrames.Received hearsFrame() throws IOException {
        return ClientFrames.read(in);
    }

    /** Whatever comes until the end of the connection. */
    String hearsAll() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!endsWithEmptyLine(head.toByteArray())) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection ended after: " + head);
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static boolean endsWithEmptyLine(byte[] bytes) {
        byte[] end = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        return bytes.length >= end.length
                && Arrays.equals(bytes, bytes.length - end.length, bytes.length, end, 0, end.length);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
