package dev.reveille.gateway.postgres;

import dev.reveille.gateway.front.Admitted;
import dev.reveille.gateway.front.FrontDoor;
import dev.reveille.gateway.front.FrontDoorSettings;
import dev.reveille.gateway.loops.Loop;
import dev.reveille.gateway.loops.Loops;
import dev.reveille.gateway.loops.SocketFlow;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.visit.Sessions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for clients of PostgreSQL's protocol, lets each through the front door and hands it to the sessions of the loop
 * that owns its socket. An error while accepting, such as running out of file descriptors, pauses the door for a second
 * and ends nothing.
 */
public final class PostgresListener {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresListener.class);

    private static final ErrorResponse TOO_MANY =
            new ErrorResponse(ErrorFields.of("FATAL", "53300", "sorry, too many clients already")
                    .withHint("The limit of connections to this node is reached; try again later."));

    private final Channel door;
    private final AtomicInteger connections;

    private PostgresListener(Channel door, AtomicInteger connections) {
        this.door = door;
        this.connections = connections;
    }

    /**
     * Opens the door. Fails where the address cannot be bound.
     *
     * @param sessions the parent of each loop's sessions, in the order of the loops
     */
    public static CompletionStage<PostgresListener> open(
            Loops loops,
            InetSocketAddress address,
            ListenerSettings settings,
            FrontDoorSettings front,
            SocketSettings socket,
            List<ActorRef<Sessions.Message>> sessions) {
        AtomicInteger connections = new AtomicInteger();
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.transport().serverSocket())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, settings.backlog())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel client) {
                        long acceptedAtNanos = System.nanoTime();
                        client.closeFuture().addListener(_ -> connections.decrementAndGet());
                        if (connections.incrementAndGet() > settings.connectionsMax()) {
                            turnAway(client);
                            return;
                        }
                        Loop loop = loops.of(client.eventLoop());
                        client.config().setRecvByteBufAllocator(loop.reads());
                        ActorRef<Sessions.Message> host = sessions.get(loop.index());
                        FrontDoor.install(
                                client, front, acceptedAtNanos, admitted -> host.tell(admit(admitted, loop, socket)));
                    }
                });
        CompletableFuture<PostgresListener> opened = new CompletableFuture<>();
        ChannelFuture bound = bootstrap.bind(address);
        bound.addListener(_ -> {
            if (bound.isSuccess()) {
                opened.complete(new PostgresListener(bound.channel(), connections));
            } else {
                opened.completeExceptionally(bound.cause());
            }
        });
        return opened;
    }

    /** Where the door really is, in case any free port was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) door.localAddress();
    }

    /** How many clients are connected at this moment. */
    public int connections() {
        return connections.get();
    }

    /** Shuts the door: new clients are refused by the kernel, those inside stay. */
    public CompletionStage<Done> close() {
        CompletableFuture<Done> closed = new CompletableFuture<>();
        door.close().addListener(_ -> closed.complete(Done.getInstance()));
        return closed;
    }

    private static Sessions.Admit admit(Admitted admitted, Loop loop, SocketSettings socket) {
        return new Sessions.Admit(
                admitted.connection(),
                SocketFlow.of(loop, (SocketChannel) admitted.channel(), socket, admitted.firstBytes()));
    }

    private static void turnAway(SocketChannel client) {
        LOG.atWarn()
                .addKeyValue("client", ClientConnection.text(client.remoteAddress()))
                .log("connection refused: too many clients");
        client.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY.encode().toArrayUnsafe()))
                .addListener(ChannelFutureListener.CLOSE);
    }
}
