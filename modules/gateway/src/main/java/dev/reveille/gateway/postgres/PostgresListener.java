package dev.reveille.gateway.postgres;

import dev.reveille.gateway.front.Admitted;
import dev.reveille.gateway.front.Doorway;
import dev.reveille.gateway.front.FrontDoor;
import dev.reveille.gateway.front.FrontDoorSettings;
import dev.reveille.gateway.loops.Loop;
import dev.reveille.gateway.loops.Loops;
import dev.reveille.gateway.loops.SocketFlow;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.relay.Link;
import dev.reveille.session.visit.Sessions;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for clients of PostgreSQL's protocol, lets each through the front door and hands it to the sessions of the loop
 * that owns its socket.
 */
public final class PostgresListener {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresListener.class);

    private static final ErrorResponse TOO_MANY =
            new ErrorResponse(ErrorFields.of("FATAL", "53300", "sorry, too many clients already")
                    .withHint("The limit of connections to this node is reached; try again later."));

    private final Doorway doorway;

    private PostgresListener(Doorway doorway) {
        this.doorway = doorway;
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
        Doorway.Entrance entrance = new Doorway.Entrance() {
            @Override
            public void enter(SocketChannel client, Loop loop, long acceptedAtNanos) {
                ActorRef<Sessions.Message> host = sessions.get(loop.index());
                FrontDoor.install(client, front, acceptedAtNanos, admitted -> host.tell(admit(admitted, loop, socket)));
            }

            @Override
            public void turnAway(SocketChannel client) {
                LOG.atWarn()
                        .addKeyValue("client", ClientConnection.text(client.remoteAddress()))
                        .log("connection refused: too many clients");
                client.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY.encode().toArrayUnsafe()))
                        .addListener(ChannelFutureListener.CLOSE);
            }
        };
        return Doorway.open(loops, address, settings.backlog(), settings.connectionsMax(), entrance)
                .thenApply(PostgresListener::new);
    }

    /** Where the door really is, in case any free port was asked for. */
    public InetSocketAddress address() {
        return doorway.address();
    }

    /** How many clients are connected at this moment. */
    public int connections() {
        return doorway.connections();
    }

    /** Shuts the door: new clients are refused by the kernel, those inside stay. */
    public CompletionStage<Done> close() {
        return doorway.close();
    }

    private static Sessions.Admit admit(Admitted admitted, Loop loop, SocketSettings socket) {
        Link link = loop.link((SocketChannel) admitted.channel(), socket, admitted.firstBytes());
        return new Sessions.Admit(admitted.connection(), SocketFlow.of(link), Optional.of(link));
    }
}
