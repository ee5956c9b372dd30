package dev.reveille.gateway.compute;

import dev.reveille.gateway.loops.TestLoops;
import dev.reveille.kit.TestCertificate;
import dev.reveille.session.compute.ComputeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A listening socket that plays a script to everybody who connects, each on a thread of its own. */
final class FakeCompute<T> implements AutoCloseable {

    private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 0xD2, 22, 47};

    /** What to do with a connection, which is closed when the script has ended. */
    interface Script<T> {
        T play(Socket connection) throws IOException, GeneralSecurityException;
    }

    private final ServerSocket door;
    private final CompletableFuture<T> firstPlay = new CompletableFuture<>();

    private FakeCompute(ServerSocket door) {
        this.door = door;
    }

    static <T> FakeCompute<T> that(Script<T> script) throws IOException {
        ServerSocket door = new ServerSocket();
        door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        FakeCompute<T> compute = new FakeCompute<>(door);
        Thread.ofVirtual().start(() -> compute.accept(script));
        return compute;
    }

    ComputeAddress address() {
        return new ComputeAddress("127.0.0.1", door.getLocalPort());
    }

    /** What the script returned when it had been played for the first time. */
    CompletableFuture<T> firstPlay() {
        return firstPlay;
    }

    private void accept(Script<T> script) {
        while (true) {
            try {
                Socket connection = door.accept();
                connection.setSoTimeout(Math.toIntExact(TestLoops.PATIENCE.toMillis()));
                Thread.ofVirtual().start(() -> play(script, connection));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void play(Script<T> script, Socket connection) {
        try (connection) {
            firstPlay.complete(script.play(connection));
        } catch (IOException | GeneralSecurityException | RuntimeException failure) {
            firstPlay.completeExceptionally(failure);
        }
    }

    // ---- scripts; each returns what it heard at last ----

    /** Says nothing and hears everything until the other side finishes. */
    static byte[] listen(Socket connection) throws IOException {
        return connection.getInputStream().readAllBytes();
    }

    /** Answers the request for TLS and then listens. */
    static Script<byte[]> answering(String answer) {
        return connection -> {
            answer(connection, answer);
            return listen(connection);
        };
    }

    /** Answers the request for TLS and hangs up. */
    static Script<byte[]> answeringAndLeaving(String answer) {
        return connection -> {
            answer(connection, answer);
            return new byte[0];
        };
    }

    /** Agrees to TLS and listens inside it. */
    static Script<byte[]> securing(TestCertificate certificate) {
        return connection -> listen(secure(connection, certificate));
    }

    /** Hears a request for TLS, and answers. */
    static void answer(Socket connection, String answer) throws IOException {
        byte[] request = connection.getInputStream().readNBytes(SSL_REQUEST.length);
        if (!Arrays.equals(request, SSL_REQUEST)) {
            throw new IOException("not a request for TLS: " + Arrays.toString(request));
        }
        connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    }

    /** Hears a request for TLS, agrees, and goes on inside TLS as the server. */
    static SSLSocket secure(Socket connection, TestCertificate certificate)
            throws IOException, GeneralSecurityException {
        char[] nothing = {};
        KeyStore keys = KeyStore.getInstance(KeyStore.getDefaultType());
        keys.load(null, nothing);
        keys.setKeyEntry(
                "compute", certificate.key(), nothing, certificate.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, nothing);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        answer(connection, "S");
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(connection, "client", 0, true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        return secured;
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
