package dev.reveille.kit.sockets;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.startup.StartupPacket;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * A socket that is read exactly as far as asked, so that it can change to TLS at any point. Every read waits for a
 * bounded time and then throws {@link java.net.SocketTimeoutException}. For one thread.
 */
final class BlockingWire {

    private static final int BODY_MAX = 64 * 1024 * 1024;

    private Socket socket;

    BlockingWire(Socket socket, Duration patience) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    }

    Socket socket() {
        return socket;
    }

    /** From now on everything goes through {@code secured}, which lies over the socket of before. */
    void change(Socket secured) {
        socket = secured;
    }

    void write(ByteString bytes) throws IOException {
        socket.getOutputStream().write(bytes.toArray());
        socket.getOutputStream().flush();
    }

    byte readByte() throws IOException {
        int next = socket.getInputStream().read();
        if (next < 0) {
            throw new EOFException();
        }
        return (byte) next;
    }

    Frame readFrame() throws IOException {
        ByteString header = exactly(Frame.HEADER_LENGTH);
        int length = Frame.bodyLength(header, 0);
        if (length < 0 || length > BODY_MAX) {
            throw new IOException("a frame of %d bytes".formatted(length));
        }
        return new Frame(header.apply(0), exactly(length));
    }

    StartupPacket readStartupPacket() throws IOException {
        ByteString length = exactly(Integer.BYTES);
        ByteString rest = exactly(ByteBuffer.wrap(length.toArray()).getInt() - Integer.BYTES);
        return switch (StartupPacket.next(length.concat(rest), BODY_MAX)) {
            case Decoded.Complete<StartupPacket>(StartupPacket packet, ByteString _) -> packet;
            case Decoded.Incomplete<StartupPacket> _ -> throw new EOFException();
            case Decoded.Malformed<StartupPacket>(String reason) -> throw new IOException(reason);
        };
    }

    /** Everything until the peer closes; a reset is an end too. */
    ByteString readToTheEnd() throws IOException {
        ByteStringBuilder heard = ByteString.createBuilder();
        byte[] chunk = new byte[8 * 1024];
        try {
            InputStream in = socket.getInputStream();
            for (int size = in.read(chunk); size >= 0; size = in.read(chunk)) {
                heard.putBytes(Arrays.copyOf(chunk, size));
            }
        } catch (SocketException _) {
            // Closed with bytes of ours unread.
        }
        return heard.result();
    }

    /** Ends the connection as a crash does: the peer sees a reset. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private ByteString exactly(int length) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return ByteString.fromArrayUnsafe(bytes);
    }
}
