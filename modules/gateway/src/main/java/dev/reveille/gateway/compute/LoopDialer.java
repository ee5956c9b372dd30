package dev.reveille.gateway.compute;

import dev.reveille.gateway.loops.Loop;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.gateway.tls.EndPointDigest;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeConnection;
import dev.reveille.session.compute.ComputeDialer;
import dev.reveille.session.compute.ComputeTls;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.pekko.util.ByteString;

/** Dials computes from one loop. */
final class LoopDialer implements ComputeDialer {

    private final Loop loop;
    private final ComputeConnector connector;
    private final Resolver resolver;
    private final DialPermits permits;
    private final SocketSettings socket;

    LoopDialer(Loop loop, ComputeConnector connector, Resolver resolver, DialPermits permits, SocketSettings socket) {
        this.loop = loop;
        this.connector = connector;
        this.resolver = resolver;
        this.permits = permits;
        this.socket = socket;
    }

    @Override
    public CompletionStage<ComputeConnection> dial(ComputeAddress address, ComputeTls tls) {
        return permits.acquire(address)
                .thenCompose(permit -> resolver.resolve(address.host())
                        .thenCompose(addresses -> connector.connect(addresses, address, tls))
                        .whenComplete((_, _) -> permit.giveBack()))
                .thenApply(this::connection);
    }

    private ComputeConnection connection(ComputeConnector.Connected connected) {
        SocketChannel channel = connected.channel();
        return new ComputeConnection(
                loop.link(channel, socket),
                channel.remoteAddress(),
                connected.tls().isPresent(),
                connected.tls().flatMap(LoopDialer::digest),
                channel::close);
    }

    private static Optional<ByteString> digest(SslHandler handler) {
        try {
            return handler.engine().getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? EndPointDigest.of(certificate)
                    : Optional.empty();
        } catch (SSLPeerUnverifiedException nobody) {
            return Optional.empty();
        }
    }
}
