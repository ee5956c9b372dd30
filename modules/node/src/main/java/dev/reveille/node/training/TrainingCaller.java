package dev.reveille.node.training;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;

/** A client that sends the same statement over HTTP again and again, on one connection. For one thread. */
final class TrainingCaller implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int HEAD_MAX = 16 * 1024;
    private static final String STATEMENT = "{\"query\":\"select $1::int as n\",\"params\":[\"1\"]}";
    private static final String LENGTH = "content-length:";

    private final Socket socket;
    private final byte[] request;

    private TrainingCaller(Socket socket, byte[] request) {
        this.socket = socket;
        this.request = request;
    }

    static TrainingCaller connect(
            InetSocketAddress web, Optional<SSLSocketFactory> tls, String endpoint, String role, String password)
            throws IOException {
        Socket plain = new Socket(web.getAddress(), web.getPort());
        plain.setSoTimeout(PATIENCE_MILLIS);
        plain.setTcpNoDelay(true);
        Socket socket = tls.isPresent() ? tls.get().createSocket(plain, "localhost", web.getPort(), true) : plain;
        String request = """
                POST /sql HTTP/1.1\r
                Host: localhost\r
                Neon-Connection-String: postgresql://%s:%s@%s.localhost/postgres\r
                Content-Type: text/plain;charset=UTF-8\r
                Content-Length: %d\r
                \r
                %s""".formatted(role, password, endpoint, STATEMENT.length(), STATEMENT);
        return new TrainingCaller(socket, request.getBytes(StandardCharsets.US_ASCII));
    }

    /** Calls so many times, each time waiting for the answer. */
    void call(int times) throws IOException {
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        for (int i = 0; i < times; i++) {
            out.write(request);
            String head = head(in);
            if (!head.startsWith("HTTP/1.1 200")) {
                throw new IOException(head.lines().findFirst().orElse("no answer"));
            }
            in.skipNBytes(bodyLength(head));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0 || head.length() == HEAD_MAX) {
                throw new EOFException("no whole answer");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static long bodyLength(String head) throws IOException {
        String length = head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(LENGTH))
                .findFirst()
                .orElseThrow(() -> new IOException("an answer without a length"));
        return Long.parseLong(length.substring(LENGTH.length()).strip());
    }
}
