package dev.reveille.journeys.clients;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.AuthenticationSaslFinal;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.frontend.FrontendMessage;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramClient;
import dev.reveille.protocol.scram.ScramNonce;
import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.SslRequest;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.pekko.util.ByteString;

/** A client that says what it is told to, message by message, and shows what it hears. For one thread. */
public final class RawClient implements AutoCloseable {

    private static final int SILENCE_MILLIS_MAX = 60_000;
    private static final int SSL_ACCEPTED = 'S';

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final List<BackendMessage> greetings = new ArrayList<>();

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(SILENCE_MILLIS_MAX);
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Connects, and says nothing. */
    public static RawClient plain(Destination destination) throws IOException {
        return new RawClient(new Socket(InetAddress.getLoopbackAddress(), destination.port()));
    }

    /** Connects from this address of the machine, and says nothing. */
    public static RawClient plainFrom(InetAddress source, Destination destination) throws IOException {
        return new RawClient(new Socket(InetAddress.getLoopbackAddress(), destination.port(), source, 0));
    }

    /** Connects, asks for TLS and shakes hands. */
    public static RawClient tls(Destination destination, String serverName)
            throws IOException, GeneralSecurityException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), destination.port());
        socket.setSoTimeout(SILENCE_MILLIS_MAX);
        socket.getOutputStream().write(new SslRequest().encode().toArray());
        int answer = socket.getInputStream().read();
        if (answer != SSL_ACCEPTED) {
            throw new IOException("TLS declined: " + answer);
        }
        SSLSocket secure = (SSLSocket) contextFor(destination.trusted())
                .getSocketFactory()
                .createSocket(socket, serverName, destination.port(), true);
        secure.startHandshake();
        return new RawClient(secure);
    }

    /** Logs in over a plain connection, by protocol 3.0. */
    public static RawClient loggedIn(Destination destination) throws IOException {
        RawClient client = plain(destination);
        client.login(destination, ProtocolVersion.V3_0);
        return client;
    }

    /** Says the start-up message, proves who it is, and hears everything until the server is ready. */
    public RawClient login(Destination destination, ProtocolVersion version, Parameter... more) throws IOException {
        List<Parameter> parameters = new ArrayList<>(
                List.of(Parameter.of("user", destination.role()), Parameter.of("database", destination.database())));
        if (!destination.endpoint().isEmpty()) {
            parameters.add(Parameter.of("options", "endpoint=" + destination.endpoint()));
        }
        parameters.addAll(List.of(more));
        say(new StartupMessage(version, parameters).encode());
        Optional<ScramClient.AwaitingChallenge> scram = Optional.empty();
        while (true) {
            BackendMessage message = hear();
            greetings.add(message);
            switch (message) {
                case AuthenticationSasl(var mechanisms) -> {
                    ScramClient.Secret password =
                            new ScramClient.Secret.Password(ByteString.fromString(destination.password()));
                    scram = ScramClient.begin(
                            mechanisms, new ChannelBinding.Unavailable(), password, ScramNonce.fresh());
                    say(scram.orElseThrow().toSay());
                }
                case AuthenticationSaslContinue(ByteString challenge) -> {
                    switch (scram.orElseThrow().hear(challenge)) {
                        case ScramClient.Challenged challenged -> say(challenged.toSay());
                        case ScramClient.Failed failed -> throw new IOException(failed.reason());
                    }
                }
                case AuthenticationSaslFinal _, AuthenticationOk _ -> {}
                case ReadyForQuery _ -> {
                    return this;
                }
                case ErrorResponse error -> throw new IOException("refused: " + error);
                default -> {}
            }
        }
    }

    /** All that was heard while logging in. */
    public List<BackendMessage> greetings() {
        return List.copyOf(greetings);
    }

    /** The key that cancels this session's queries. */
    public BackendKeyData cancelKey() {
        return greetings.stream()
                .filter(BackendKeyData.class::isInstance)
                .map(BackendKeyData.class::cast)
                .findFirst()
                .orElseThrow();
    }

    public void say(FrontendMessage... messages) throws IOException {
        ByteString all = ByteString.emptyByteString();
        for (FrontendMessage message : messages) {
            all = all.concat(message.encode());
        }
        say(all);
    }

    public void say(ByteString bytes) throws IOException {
        out.write(bytes.toArray());
        out.flush();
    }

    /** The next message. */
    public BackendMessage hear() throws IOException {
        byte tag = in.readByte();
        byte[] body = new byte[in.readInt() - Integer.BYTES];
        in.readFully(body);
        return BackendMessage.decode(new Frame(tag, ByteString.fromArray(body)));
    }

    /** All messages up to the next ReadyForQuery, and that one too. */
    public List<BackendMessage> hearUntilReady() throws IOException {
        List<BackendMessage> heard = new ArrayList<>();
        do {
            heard.add(hear());
        } while (!(heard.getLast() instanceof ReadyForQuery));
        return heard;
    }

    /** The one byte that answers a request for encryption. */
    public char byteHeard() throws IOException {
        return (char) in.readByte();
    }

    /** Whether the other side has closed the connection, without another message. Waits for either. */
    public boolean closedBySilence() throws IOException {
        return in.read() < 0;
    }

    /** Hands in a cancel request on this fresh connection, and waits until it is closed. */
    public void cancel(BackendKeyData key) throws IOException {
        say(new CancelRequest(key.processId(), key.secretKey()).encode());
        if (!closedBySilence()) {
            throw new IOException("a cancel request was answered");
        }
    }

    private static SSLContext contextFor(Path trusted) throws IOException, GeneralSecurityException {
        KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
        roots.load(null, null);
        try (var file = Files.newInputStream(trusted)) {
            for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                roots.setCertificateEntry("root-" + roots.size(), root);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(roots);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
