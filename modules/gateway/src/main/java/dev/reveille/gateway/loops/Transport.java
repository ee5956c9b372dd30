package dev.reveille.gateway.loops;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.Map;
import java.util.function.BiConsumer;

/** The operating system's way of watching many sockets. */
public enum Transport {
    /** Linux, through Netty's native library. */
    EPOLL(EpollSocketChannel::new, EpollServerSocketChannel::new),
    /** Everywhere else, through the JDK. */
    NIO(NioSocketChannel::new, NioServerSocketChannel::new);

    private final ChannelFactory<SocketChannel> socket;
    private final ChannelFactory<ServerSocketChannel> serverSocket;

    Transport(ChannelFactory<SocketChannel> socket, ChannelFactory<ServerSocketChannel> serverSocket) {
        this.socket = socket;
        this.serverSocket = serverSocket;
    }

    /** The best that works on this machine. */
    public static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** Makes what a {@code Bootstrap} needs for a connection. */
    public ChannelFactory<SocketChannel> socket() {
        return socket;
    }

    /** Makes what a {@code ServerBootstrap} needs for a listening socket. */
    public ChannelFactory<ServerSocketChannel> serverSocket() {
        return serverSocket;
    }

    /** The options by which a socket asks its silent peer; where the transport has none, the system's own apply. */
    public Map<ChannelOption<Integer>, Integer> asking(KeepAlive keepAlive) {
        return switch (this) {
            case EPOLL ->
                Map.of(
                        EpollChannelOption.TCP_KEEPIDLE,
                                Math.toIntExact(keepAlive.idle().toSeconds()),
                        EpollChannelOption.TCP_KEEPINTVL,
                                Math.toIntExact(keepAlive.interval().toSeconds()),
                        EpollChannelOption.TCP_KEEPCNT, keepAlive.probes());
            case NIO -> Map.of();
        };
    }

    /** @param epolls hears of the epoll of each loop, if there is one */
    IoHandlerFactory ioHandlers(BiConsumer<ThreadAwareExecutor, LastingEpoll> epolls) {
        return switch (this) {
            case EPOLL -> LastingEpoll.newFactory(epolls);
            case NIO -> NioIoHandler.newFactory();
        };
    }
}
