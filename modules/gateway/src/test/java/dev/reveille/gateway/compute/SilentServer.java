package dev.reveille.gateway.compute;

import dev.reveille.session.compute.ComputeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** An address that does not answer: so many connections queue there that the kernel drops the next ones. */
final class SilentServer implements AutoCloseable {

    private static final int CROWD = 8;

    private final ServerSocket socket;
    private final List<SocketChannel> crowd = new ArrayList<>();

    SilentServer() throws IOException {
        this(InetAddress.getLoopbackAddress(), 0);
    }

    SilentServer(InetAddress address, int port) throws IOException {
        socket = new ServerSocket(port, 1, address);
        for (int visitor = 0; visitor < CROWD; visitor++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(socket.getLocalSocketAddress());
            crowd.add(channel);
        }
    }

    ComputeAddress address() {
        return new ComputeAddress(socket.getInetAddress().getHostAddress(), socket.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : crowd) {
            channel.close();
        }
        socket.close();
    }
}
