package dev.reveille.gateway.tls;

import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Two engines without a network between them, and a client that wants a second handshake. Says what came of it. */
final class SecondHandshake {

    private static final int BUFFER = 1 << 17;
    private static final int TURNS_MAX = 100;

    private final SSLEngine client;
    private final SSLEngine server;

    private SecondHandshake(SSLEngine client, SSLEngine server) {
        this.client = client;
        this.server = server;
    }

    @SuppressWarnings("SystemOut") // A program of its own, which has nothing else to say it with.
    public static void main(String[] arguments) throws Exception {
        TestCertificates authority = TestCertificates.authority();
        TestCertificate certificate = authority.issue(TestCertificates.Key.EC, "a.example.com");
        SslContext context = new ServerContexts(TlsProvider.JDK, List.of("postgresql"))
                .create(new CertificatePair("a", certificate.chain(), certificate.key()));
        SSLEngine server = context.newEngine(ByteBufAllocator.DEFAULT);
        SSLEngine client = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.2")
                .trustManager(authority.root())
                .build()
                .newEngine(ByteBufAllocator.DEFAULT, "a.example.com", 5432);
        SecondHandshake story = new SecondHandshake(client, server);
        client.beginHandshake();
        story.talk();
        System.out.println("first handshake done");
        client.beginHandshake();
        try {
            story.talk();
            System.out.println("second handshake done");
        } catch (SSLException alert) {
            System.out.println("refused: " + alert.getMessage());
        }
    }

    private void talk() throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(BUFFER);
        ByteBuffer toClient = ByteBuffer.allocate(BUFFER);
        for (int turn = 0; turn < TURNS_MAX; turn++) {
            boolean quiet = !step(client, toClient, toServer) & !step(server, toServer, toClient);
            if (quiet) {
                return;
            }
        }
    }

    /** Lets one side hear all there is and say all it has; whether anything happened. */
    private static boolean step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        int before = in.position() + out.position();
        in.flip();
        boolean heard = in.hasRemaining();
        while (in.hasRemaining()
                && engine.unwrap(in, ByteBuffer.allocate(BUFFER)).bytesConsumed() > 0) {
            work(engine);
        }
        in.compact();
        work(engine);
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
            work(engine);
        }
        return heard || before != in.position() + out.position();
    }

    private static void work(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}
