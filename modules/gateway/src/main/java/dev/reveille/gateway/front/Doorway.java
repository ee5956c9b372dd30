package dev.reveille.gateway.front;

import dev.reveille.gateway.loops.Loop;
import dev.reveille.gateway.loops.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;

/**
 * A listening socket in front of a {@link FrontDoor}: spreads clients over the loops, and turns away those for whom there is
 * no room. An error while accepting, such as running out of file descriptors, pauses it for a second and ends nothing. Any
 * thread.
 */
public final class Doorway {

    /** What becomes of a client that came in; called on the loop that owns its socket. */
    public interface Entrance {

        /** @param acceptedAtNanos {@link System#nanoTime} at the accept */
        void enter(SocketChannel client, Loop loop, long acceptedAtNanos);

        /** There are too many clients already. It is up to this to close the channel. */
        void turnAway(SocketChannel client);
    }

    private final Channel door;
    private final AtomicInteger connections;

    private Doorway(Channel door, AtomicInteger connections) {
        this.door = door;
        this.connections = connections;
    }

    /**
     * Fails where the address cannot be bound.
     *
     * @param backlog how many clients the kernel holds that nobody has accepted yet
     * @param connectionsMax how many clients may be inside at once
     */
    public static CompletionStage<Doorway> open(
            Loops loops, InetSocketAddress address, int backlog, int connectionsMax, Entrance entrance) {
        AtomicInteger connections = new AtomicInteger();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channelFactory(loops.transport().serverSocket())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, backlog)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        long acceptedAtNanos = System.nanoTime();
                        client.closeFuture().addListener(_ -> connections.decrementAndGet());
                        if (connections.incrementAndGet() > connectionsMax) {
                            entrance.turnAway(client);
                            return;
                        }
                        Loop loop = loops.of(client.eventLoop());
                        client.config().setRecvByteBufAllocator(loop.reads());
                        entrance.enter(client, loop, acceptedAtNanos);
                    }
                });
        CompletableFuture<Doorway> opened = new CompletableFuture<>();
        ChannelFuture bound = bootstrap.bind(address);
        bound.addListener(_ -> {
            if (bound.isSuccess()) {
                opened.complete(new Doorway(bound.channel(), connections));
            } else {
                opened.completeExceptionally(bound.cause());
            }
        });
        return opened;
    }

    /** Where it really is, in case any free port was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) door.localAddress();
    }

    /** How many clients are inside at this moment. */
    public int connections() {
        return connections.get();
    }

    /** New clients are refused by the kernel from now on, those inside stay. */
    public CompletionStage<Done> close() {
        CompletableFuture<Done> closed = new CompletableFuture<>();
        door.close().addListener(_ -> closed.complete(Done.getInstance()));
        return closed;
    }
}
