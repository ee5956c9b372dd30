package dev.reveille.journeys.web;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.pekko.util.ByteString;

/** Puts each TCP connection that comes into a WebSocket of its own. */
final class Tunnel implements AutoCloseable {

    private static final int PIECE = 16 * 1024;

    private final InetSocketAddress door;
    private final ServerSocket entrance;
    private final Queue<Closeable> open = new ConcurrentLinkedQueue<>();

    private Tunnel(InetSocketAddress door, ServerSocket entrance) {
        this.door = door;
        this.entrance = entrance;
    }

    static Tunnel to(InetSocketAddress door) throws IOException {
        Tunnel tunnel = new Tunnel(door, new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
        Thread.startVirtualThread(tunnel::serve);
        return tunnel;
    }

    int port() {
        return entrance.getLocalPort();
    }

    private void serve() {
        try {
            while (!entrance.isClosed()) {
                Socket client = entrance.accept();
                WebSocketClient socket = new WebSocketClient(door, "/v2", "127.0.0.1");
                open.add(client);
                open.add(socket);
                Thread.startVirtualThread(() -> goIn(client, socket));
                Thread.startVirtualThread(() -> comeOut(client, socket));
            }
        } catch (IOException closed) {
            // The test is over, or will miss the answer.
        }
    }

    private static void goIn(Socket client, WebSocketClient socket) {
        byte[] piece = new byte[PIECE];
        try (client;
                socket) {
            for (int length = read(client, piece); length >= 0; length = read(client, piece)) {
                socket.sends(ByteString.fromArray(Arrays.copyOf(piece, length)));
            }
        } catch (IOException gone) {
            // One side has left; the other hears of it by the closes above.
        }
    }

    private static int read(Socket client, byte[] piece) throws IOException {
        return client.getInputStream().read(piece);
    }

    private static void comeOut(Socket client, WebSocketClient socket) {
        try (client) {
            for (WebSocketClient.Received next = socket.hears();
                    next.opcode() == WebSocketClient.BINARY;
                    next = socket.hears()) {
                client.getOutputStream().write(next.payload());
            }
        } catch (IOException gone) {
            // As above.
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        for (Closeable one : open) {
            one.close();
        }
    }
}
