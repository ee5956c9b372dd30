package dev.reveille.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A PostgreSQL client with the JDK's TLS stack. */
final class TlsClient implements AutoCloseable {

    private final Socket plain;
    private final SSLSocket socket;

    private TlsClient(Socket plain, SSLSocket socket) {
        this.plain = plain;
        this.socket = socket;
    }

    /** Asks by SSLRequest, hears 'S', and puts TLS on; the handshake is still to come. */
    static TlsClient asking(LoopbackDoor door, X509Certificate trusted, Consumer<SSLParameters> wishes)
            throws IOException {
        Socket plain = door.connect();
        plain.getOutputStream().write(ArrivingClient.SSL_REQUEST);
        assertThat(plain.getInputStream().read()).isEqualTo('S');
        return over(plain, trusted, wishes);
    }

    /** Begins with TLS at once. */
    static TlsClient direct(LoopbackDoor door, X509Certificate trusted, Consumer<SSLParameters> wishes)
            throws IOException {
        return over(door.connect(), trusted, wishes);
    }

    static Consumer<SSLParameters> naming(String serverName) {
        return parameters -> parameters.setServerNames(List.of(new SNIHostName(serverName)));
    }

    static Consumer<SSLParameters> speaking(String... applicationProtocols) {
        return parameters -> parameters.setApplicationProtocols(applicationProtocols);
    }

    private static TlsClient over(Socket plain, X509Certificate trusted, Consumer<SSLParameters> wishes)
            throws IOException {
        try {
            KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
            roots.load(null, null);
            roots.setCertificateEntry("root", trusted);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            wishes.accept(parameters);
            socket.setSSLParameters(parameters);
            return new TlsClient(plain, socket);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    TlsClient shakesHands() throws IOException {
        socket.startHandshake();
        return this;
    }

    void says(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    void hears(String text) throws IOException {
        byte[] heard = socket.getInputStream().readNBytes(text.length());
        assertThat(new String(heard, StandardCharsets.UTF_8)).isEqualTo(text);
    }

    X509Certificate certificate() throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    String applicationProtocol() {
        return socket.getApplicationProtocol();
    }

    String version() {
        return socket.getSession().getProtocol();
    }

    /** Hangs up without ceremony: the JDK would wait for the door's goodbye. */
    @Override
    public void close() throws IOException {
        plain.close();
    }
}
