package dev.reveille.gateway.loops;

import static dev.reveille.gateway.loops.TestLoops.soon;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/**
 * A connection over the loopback interface: our end is a channel on a loop as a door hands it over, the other end is a
 * blocking socket, plain or inside TLS. The kernel's buffers are small, so that little fits between the two.
 */
record Wire(Loop loop, SocketChannel ours, Socket peer, Socket underneath) implements AutoCloseable {

    static final int KERNEL_BUFFER = 64 * 1024;

    /** As much as systems allow without being told. */
    static final int ROOMY_KERNEL_BUFFER = 208 * 1024;

    static Wire open(TestLoops loops) throws IOException {
        return open(loops, KERNEL_BUFFER, Optional.empty());
    }

    /**
     * A wire on whose way much more can wait than one turn of reading takes: with long-lived connections the kernel's
     * buffers grow to megabytes, here the reads are small.
     */
    static Wire roomy(TestLoops loops) throws IOException {
        return open(loops, ROOMY_KERNEL_BUFFER, Optional.empty());
    }

    /** A wire that is inside TLS already. */
    static Wire secured(TestLoops loops, SslContext ours, SSLSocketFactory peer, String... protocols)
            throws IOException {
        Wire clear = open(loops, KERNEL_BUFFER, Optional.of(ours));
        SSLSocket secured = (SSLSocket) peer.createSocket(clear.peer, "localhost", clear.peer.getPort(), true);
        if (protocols.length > 0) {
            secured.setEnabledProtocols(protocols);
        }
        // The first byte the peer sends makes it shake hands; our side has to be ready for that, and quiet afterwards.
        CompletableFuture<Void> shaken = CompletableFuture.runAsync(
                () -> {
                    try {
                        secured.startHandshake();
                    } catch (IOException failed) {
                        throw new UncheckedIOException(failed);
                    }
                },
                task -> Thread.ofVirtual().start(task));
        SslHandler handler = clear.ours.pipeline().get(SslHandler.class);
        CompletableFuture<Void> ready = new CompletableFuture<>();
        handler.handshakeFuture().addListener(handshake -> {
            clear.ours.config().setAutoRead(false);
            if (handshake.isSuccess()) {
                ready.complete(null);
            } else {
                ready.completeExceptionally(handshake.cause());
            }
        });
        soon(shaken);
        soon(ready);
        return new Wire(clear.loop, clear.ours, secured, clear.peer);
    }

    private static Wire open(TestLoops loops, int receiveBuffer, Optional<SslContext> tls) throws IOException {
        CompletableFuture<SocketChannel> accepted = new CompletableFuture<>();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.loops().group())
                .channelFactory(loops.loops().transport().serverSocket())
                .childOption(ChannelOption.SO_SNDBUF, KERNEL_BUFFER)
                .option(ChannelOption.SO_RCVBUF, receiveBuffer)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, tls.isPresent())
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (receiveBuffer == KERNEL_BUFFER) {
                            channel.config()
                                    .setRecvByteBufAllocator(loops.loops()
                                            .of(channel.eventLoop())
                                            .reads());
                        }
                        tls.ifPresent(context -> channel.pipeline().addLast(context.newHandler(channel.alloc())));
                        accepted.complete(channel);
                    }
                });
        CompletableFuture<Channel> bound = new CompletableFuture<>();
        bootstrap.bind(InetAddress.getLoopbackAddress(), 0).addListener((io.netty.channel.ChannelFuture door) -> {
            if (door.isSuccess()) {
                bound.complete(door.channel());
            } else {
                bound.completeExceptionally(door.cause());
            }
        });
        Channel door = soon(bound);
        Socket peer = new Socket();
        peer.setReceiveBufferSize(KERNEL_BUFFER);
        peer.setSendBufferSize(KERNEL_BUFFER);
        peer.setTcpNoDelay(true);
        peer.setSoTimeout(Math.toIntExact(TestLoops.PATIENCE.toMillis()));
        peer.connect((InetSocketAddress) door.localAddress());
        SocketChannel ours = soon(accepted);
        door.close();
        return new Wire(loops.loops().of(ours.eventLoop()), ours, peer, peer);
    }

    /** Our end as a stream. */
    Flow<ByteString, ByteString, NotUsed> stream() {
        return stream(SocketSettings.DEFAULTS);
    }

    Flow<ByteString, ByteString, NotUsed> stream(SocketSettings settings) {
        return stream(settings, ByteString.emptyByteString());
    }

    Flow<ByteString, ByteString, NotUsed> stream(SocketSettings settings, ByteString first) {
        return soon(CompletableFuture.supplyAsync(() -> SocketFlow.of(loop, ours, settings, first), loop.eventLoop()));
    }

    /** The peer vanishes with a TCP reset. */
    void reset() throws IOException {
        peer.setSoLinger(true, 0);
        peer.close();
    }

    @Override
    public void close() throws IOException {
        peer.close();
        ours.close();
    }
}
