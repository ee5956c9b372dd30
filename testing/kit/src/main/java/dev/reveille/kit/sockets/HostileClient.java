package dev.reveille.kit.sockets;

import dev.reveille.protocol.Frame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.pekko.util.ByteString;

/**
 * A client that says what it likes, when it likes, over a plain socket. It hears exactly what it asks for, within a
 * bounded time; when nothing comes it throws {@link java.net.SocketTimeoutException}. For one thread.
 */
public final class HostileClient implements AutoCloseable {

    /** How long a client waits for anything. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BlockingWire wire;
    private final int port;

    private HostileClient(Socket socket) throws IOException {
        this.wire = new BlockingWire(socket, PATIENCE);
        this.port = socket.getLocalPort();
    }

    public static HostileClient connectedTo(InetSocketAddress door) throws IOException {
        Socket socket = new Socket();
        socket.connect(door, Math.toIntExact(PATIENCE.toMillis()));
        return new HostileClient(socket);
    }

    /** The port it comes from: its name in a server's log. */
    public int port() {
        return port;
    }

    public HostileClient says(ByteString bytes) throws IOException {
        wire.write(bytes);
        return this;
    }

    public byte hearsByte() throws IOException {
        return wire.readByte();
    }

    public Frame hears() throws IOException {
        return wire.readFrame();
    }

    /** All that comes until the other side closes the connection. */
    public ByteString hearsToTheEnd() throws IOException {
        return wire.readToTheEnd();
    }

    /** Will say nothing more, but listens. */
    public void fallsSilent() throws IOException {
        wire.socket().shutdownOutput();
    }

    /** Is gone without a word, as after a crash. */
    public void vanishes() throws IOException {
        wire.reset();
    }

    /**
     * Begins TLS at once, whatever was agreed.
     *
     * @param applicationProtocols what to offer by ALPN; empty for no ALPN
     */
    public HostileClient startsTls(Optional<String> serverName, List<String> applicationProtocols) throws IOException {
        InetSocketAddress peer = (InetSocketAddress) wire.socket().getRemoteSocketAddress();
        SSLSocket secured = (SSLSocket) trustingAnybody()
                .getSocketFactory()
                .createSocket(wire.socket(), peer.getHostString(), peer.getPort(), true);
        SSLParameters parameters = secured.getSSLParameters();
        serverName.ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
        parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        wire.change(secured);
        return this;
    }

    @Override
    public void close() throws IOException {
        wire.socket().close();
    }

    /** A fresh one each time: sessions must not be resumed, because a resumed one brings its old server name along. */
    private static SSLContext trustingAnybody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Credulous()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static final class Credulous implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // Believes everybody.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            // Believes everybody.
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
