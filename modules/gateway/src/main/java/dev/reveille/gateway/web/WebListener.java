package dev.reveille.gateway.web;

import dev.reveille.gateway.front.Doorway;
import dev.reveille.gateway.front.FrontDoor;
import dev.reveille.gateway.front.FrontDoorSettings;
import dev.reveille.gateway.loops.Loop;
import dev.reveille.gateway.loops.Loops;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.SessionId;
import dev.reveille.session.visit.LoopStreams;
import dev.reveille.session.visit.Sessions;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for browsers and serverless functions: HTTP/1.1 and WebSocket, in TLS and in clear text on one port (spec 03 §1).
 */
public final class WebListener {

    private static final Logger LOG = LoggerFactory.getLogger(WebListener.class);

    private final Doorway doorway;
    private final List<WebLoop> rooms;

    private WebListener(Doorway doorway, List<WebLoop> rooms) {
        this.doorway = doorway;
        this.rooms = rooms;
    }

    /**
     * Opens the door. Fails where the address cannot be bound.
     *
     * @param system the actor system on the loops
     * @param sessions the parent of each loop's sessions, in the order of the loops
     */
    public static CompletionStage<WebListener> open(
            Loops loops,
            ActorSystem<?> system,
            InetSocketAddress address,
            WebSettings settings,
            FrontDoorSettings front,
            SocketSettings socket,
            List<ActorRef<Sessions.Message>> sessions,
            WebHandler handler) {
        BidiFlow<HttpResponse, SslTlsOutbound, SslTlsInbound, HttpRequest, NotUsed> layer =
                Http.get(system).serverLayer(HttpLimits.of(system, settings), Optional.empty(), HttpLimits.SILENT);
        InTheClear clear = new InTheClear();
        List<CompletableFuture<WebLoop>> furnished = new ArrayList<>();
        for (Loop loop : loops.all()) {
            furnished.add(streams(system, loop)
                    .thenApply(streams -> new WebLoop(
                            loop,
                            settings,
                            handler,
                            link -> layer.join(clear.of(link)),
                            streams,
                            sessions.get(loop.index()))));
        }
        return CompletableFuture.allOf(furnished.toArray(CompletableFuture<?>[]::new))
                .thenCompose(_ -> bind(
                        loops,
                        address,
                        settings,
                        front,
                        socket,
                        furnished.stream().map(CompletableFuture::join).toList()));
    }

    private static CompletionStage<WebListener> bind(
            Loops loops,
            InetSocketAddress address,
            WebSettings settings,
            FrontDoorSettings front,
            SocketSettings socket,
            List<WebLoop> rooms) {
        Doorway.Entrance entrance = new Doorway.Entrance() {
            @Override
            public void enter(SocketChannel client, Loop loop, long acceptedAtNanos) {
                WebLoop room = rooms.get(loop.index());
                FrontDoor.installForWeb(
                        client,
                        front,
                        settings.plain(),
                        acceptedAtNanos,
                        admitted -> WebConnection.begin(
                                room, admitted.connection(), client, socket, admitted.firstBytes()));
            }

            @Override
            public void turnAway(SocketChannel client) {
                refuse(client, front);
            }
        };
        return Doorway.open(loops, address, settings.backlog(), settings.connectionsMax(), entrance)
                .thenApply(doorway -> new WebListener(doorway, rooms));
    }

    /** Where the door really is, in case any free port was asked for. */
    public InetSocketAddress address() {
        return doorway.address();
    }

    /** How many clients are connected at this moment, WebSockets included. */
    public int connections() {
        return doorway.connections();
    }

    /** Shuts the door: new clients are refused by the kernel. Connections without a request end, the others behind it. */
    public CompletionStage<Done> close() {
        CompletionStage<Done> closed = doorway.close();
        drained();
        return closed;
    }

    /** Completes when no request is left; WebSockets end with their sessions. */
    public CompletionStage<Done> drained() {
        CompletableFuture<?>[] empty = rooms.stream()
                .map(room -> CompletableFuture.supplyAsync(
                                room::drain, room.loop().eventLoop())
                        .thenCompose(gone -> gone))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(empty).thenApply(_ -> Done.getInstance());
    }

    /** Ends the requests that are left. */
    public void hurry() {
        rooms.forEach(room -> room.loop().eventLoop().execute(room::hurry));
    }

    /** The streams of a loop need an actor as owner, on the loop like them. */
    private static CompletableFuture<Materializer> streams(ActorSystem<?> system, Loop loop) {
        CompletableFuture<Materializer> streams = new CompletableFuture<>();
        system.systemActorOf(
                Behaviors.<Void>setup(context -> {
                    streams.complete(LoopStreams.of(context, loop.dispatcher()).materializer());
                    return Behaviors.empty();
                }),
                "web-" + loop.index(),
                DispatcherSelector.fromConfig(loop.dispatcher()));
        return streams;
    }

    private static void refuse(SocketChannel client, FrontDoorSettings front) {
        LOG.atWarn()
                .addKeyValue("client", ClientConnection.text(client.remoteAddress()))
                .log("web connection refused: too many clients");
        if (front.certificates().isPresent()) {
            client.close(); // It expects TLS, and a handshake is what there is no room for.
        } else {
            client.writeAndFlush(Unpooled.wrappedBuffer(
                            RawAnswer.TOO_MANY.encode(SessionId.random()).toArray()))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }
}
