package dev.reveille.node.training;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationMessage;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramClient;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramNonce;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.SslRequest;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.apache.pekko.util.ByteString;

/** A client that logs in by SCRAM, asks the same question over and over, and leaves politely. For one thread. */
final class TrainingClient implements AutoCloseable {

    private static final int LENGTH_MAX = 1 << 20;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final byte[] QUESTION = new Query("select 1").encode().toArrayUnsafe();

    private final Socket socket;
    private final OutputStream out;
    private final Reading reading;

    private TrainingClient(Socket socket) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.reading = new Reading(socket.getInputStream());
    }

    static TrainingClient logIn(
            InetSocketAddress node, Optional<SSLSocketFactory> tls, String endpoint, String role, ScramKeys keys)
            throws IOException {
        Socket plain = new Socket(node.getAddress(), node.getPort());
        plain.setSoTimeout(PATIENCE_MILLIS);
        plain.setTcpNoDelay(true);
        Socket socket = tls.isPresent() ? encrypt(plain, tls.get()) : plain;
        TrainingClient client = new TrainingClient(socket);
        client.say(new StartupMessage(
                        ProtocolVersion.V3_0,
                        List.of(Parameter.of("user", role), Parameter.of("options", "endpoint=" + endpoint)))
                .encode());
        client.authenticate(keys);
        return client;
    }

    /** Asks so many times, each time waiting for the answer. */
    void ask(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            out.write(QUESTION);
            untilReady();
        }
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            say(new Terminate().encode());
        }
    }

    private static Socket encrypt(Socket plain, SSLSocketFactory tls) throws IOException {
        plain.getOutputStream().write(new SslRequest().encode().toArrayUnsafe());
        if (plain.getInputStream().read() != 'S') {
            throw new IOException("no TLS");
        }
        return tls.createSocket(plain, "localhost", plain.getPort(), true);
    }

    private void authenticate(ScramKeys keys) throws IOException {
        Optional<ScramClient.AwaitingChallenge> exchange = Optional.empty();
        while (true) {
            switch (hear()) {
                case AuthenticationSasl(List<String> offered) -> {
                    exchange = ScramClient.begin(
                            offered.subList(offered.size() - 1, offered.size()),
                            new ChannelBinding.Unavailable(),
                            new ScramClient.Secret.Keys(keys),
                            ScramNonce.fresh());
                    say(exchange.orElseThrow().toSay().encode());
                }
                case AuthenticationSaslContinue(ByteString data) -> {
                    if (exchange.orElseThrow().hear(data) instanceof ScramClient.Challenged challenged) {
                        say(challenged.toSay().encode());
                    }
                }
                case AuthenticationOk _ -> {
                    untilReady();
                    return;
                }
                case AuthenticationMessage _ -> {} // The server's signature: nobody here is fooled.
                case BackendMessage other -> throw new IOException("not let in: " + other);
            }
        }
    }

    private void untilReady() throws IOException {
        BackendMessage message = hear();
        while (!(message instanceof ReadyForQuery)) {
            if (message instanceof ErrorResponse error) {
                throw new IOException(error.fields().message());
            }
            message = hear();
        }
    }

    private BackendMessage hear() throws IOException {
        return BackendMessage.decode(reading.next(bytes -> Frame.next(bytes, LENGTH_MAX)));
    }

    private void say(ByteString bytes) throws IOException {
        out.write(bytes.toArrayUnsafe());
    }
}
