package dev.reveille.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A door on a real socket of the loopback interface, for clients with a TLS stack of their own. */
final class LoopbackDoor implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final BlockingQueue<Admitted> admitted = new LinkedBlockingQueue<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    /** Once it is closed, whoever still comes in is closed at once. */
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);

    private final Channel listener;

    /** Plays the session: answers each byte with the same byte, and notes what it heard. */
    static final class Listening extends ChannelInboundHandlerAdapter {

        private final StringBuilder heard = new StringBuilder();
        private final String expected;
        private final CompletableFuture<String> complete = new CompletableFuture<>();

        Listening(Admitted admitted, String expected) {
            this.expected = expected;
            hear(new String(admitted.firstBytes().toArray(), StandardCharsets.UTF_8));
            admitted.channel().eventLoop().execute(() -> {
                admitted.channel().pipeline().addLast(this);
                admitted.channel().config().setAutoRead(true);
            });
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            hear(bytes.toString(StandardCharsets.UTF_8));
            context.writeAndFlush(bytes);
        }

        private void hear(String text) {
            heard.append(text);
            if (heard.length() >= expected.length()) {
                complete.complete(heard.toString());
            }
        }

        void heardIt() {
            assertThat(complete).succeedsWithin(PATIENCE).isEqualTo(expected);
        }
    }

    LoopbackDoor(FrontDoorSettings settings) {
        listener = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        FrontDoor.install(channel, settings, System.nanoTime(), admitted::add);
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    Socket connect() throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return socket;
    }

    Admitted admission() throws InterruptedException {
        Admitted next = admitted.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("admission").isNotNull();
        return next;
    }

    void admitsNobody() {
        assertThat(admitted).isEmpty();
    }

    /**
     * Clients first: a loop that is told to end while it is at work (Netty 4.2.17, without a quiet period) may end without
     * closing its channels, and what they hold, such as TLS engines, is lost.
     */
    @Override
    public void close() {
        assertThat(clients.close().awaitUninterruptibly(PATIENCE.toMillis()))
                .as("all clients are out")
                .isTrue();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
