package dev.reveille.gateway.compute;

import dev.reveille.gateway.loops.Loop;
import dev.reveille.gateway.loops.Transport;
import dev.reveille.gateway.tls.ComputeTlsContexts;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.compute.DialFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.handler.ssl.SslHandler;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Opens sockets to computes on one loop and secures them: TCP to one address after another, then TLS as the mode asks.
 * Any thread may call; results arrive on the loop.
 */
final class ComputeConnector {

    private final Loop loop;
    private final Transport transport;
    private final ComputeTlsContexts contexts;
    private final DialSettings settings;
    private final Map<ChannelOption<Integer>, Integer> asking;

    /** A socket that is ready for PostgreSQL's protocol, with auto-read off; the handler is there where TLS is. */
    record Connected(SocketChannel channel, Optional<SslHandler> tls) {}

    ComputeConnector(Loop loop, Transport transport, ComputeTlsContexts contexts, DialSettings settings) {
        this.loop = loop;
        this.transport = transport;
        this.contexts = contexts;
        this.settings = settings;
        this.asking = transport.asking(settings.keepAlive());
    }

    /**
     * Connects to the first of {@code addresses} that answers. The time for connecting is for all of them together: each
     * may use an equal share of what is left. Fails with {@link DialFailure}.
     *
     * @param name what the compute is called, for TLS
     */
    CompletableFuture<Connected> connect(List<InetAddress> addresses, ComputeAddress name, ComputeTls tls) {
        CompletableFuture<SocketChannel> socket = new CompletableFuture<>();
        tryAt(
                0,
                addresses,
                name.port(),
                System.nanoTime() + settings.connectMax().toNanos(),
                socket);
        return socket.thenCompose(channel -> {
            CompletableFuture<Void> prepared = contexts.prepared(tls.mode());
            return prepared.isDone() && !prepared.isCompletedExceptionally()
                    ? secure(channel, name, tls) // The usual case; saves a trip through the loop's queue.
                    : prepared.handleAsync(
                                    (_, failure) ->
                                            failure == null ? secure(channel, name, tls) : giveUp(channel, failure),
                                    loop.eventLoop())
                            .thenCompose(secured -> secured);
        });
    }

    private void tryAt(
            int index,
            List<InetAddress> addresses,
            int port,
            long deadlineNanos,
            CompletableFuture<SocketChannel> socket) {
        long share = (deadlineNanos - System.nanoTime()) / (addresses.size() - index);
        ChannelFuture attempt = new Bootstrap()
                .group(loop.eventLoop())
                .channelFactory(transport.socket())
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        // Handlers come when the socket is connected and it is known which are needed.
                        try {
                            prepare(channel.config(), TimeUnit.NANOSECONDS.toMillis(share));
                        } catch (RuntimeException refused) {
                            socket.completeExceptionally(failure(refused)); // Netty would only tell that it is closed.
                            channel.close();
                        }
                    }
                })
                .connect(new InetSocketAddress(addresses.get(index), port));
        attempt.addListener(_ -> {
            if (attempt.isSuccess()) {
                socket.complete((SocketChannel) attempt.channel());
            } else if (index + 1 < addresses.size()) {
                tryAt(index + 1, addresses, port, deadlineNanos, socket);
            } else {
                socket.completeExceptionally(failure(attempt.cause()));
            }
        });
    }

    /** As {@code Bootstrap.option} would, which makes a map for each socket. Netty turns TCP_NODELAY on by itself. */
    private void prepare(SocketChannelConfig config, long connectMillis) {
        config.setAutoRead(false)
                .setKeepAlive(true)
                .setAllowHalfClosure(true)
                .setConnectTimeoutMillis(Math.max(1, Math.toIntExact(connectMillis)))
                .setRecvByteBufAllocator(loop.reads());
        asking.forEach(config::setOption);
    }

    private CompletableFuture<Connected> secure(SocketChannel channel, ComputeAddress name, ComputeTls tls) {
        if (tls.mode() == ComputeTls.Mode.DISABLE) {
            return CompletableFuture.completedFuture(new Connected(channel, Optional.empty()));
        }
        CompletableFuture<Connected> secured = new CompletableFuture<>();
        channel.pipeline()
                .addLast(new TlsRequest(
                        () -> contexts.newHandler(tls, name, channel.alloc()),
                        tls.mode() == ComputeTls.Mode.PREFER,
                        settings.tlsMax(),
                        secured));
        return secured;
    }

    private static CompletableFuture<Connected> giveUp(SocketChannel channel, Throwable cause) {
        channel.close();
        return CompletableFuture.failedFuture(new DialFailure(DialFailure.Reason.BROKEN, String.valueOf(cause)));
    }

    private static DialFailure failure(Throwable cause) {
        boolean nobodyThere = cause instanceof ConnectException || cause instanceof NoRouteToHostException;
        return new DialFailure(
                nobodyThere ? DialFailure.Reason.UNREACHABLE : DialFailure.Reason.BROKEN, String.valueOf(cause));
    }
}
