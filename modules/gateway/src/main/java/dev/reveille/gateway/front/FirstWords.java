package dev.reveille.gateway.front;

import dev.reveille.gateway.tls.CertificateStore;
import dev.reveille.gateway.tls.ClientHello;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Tells by a client's first bytes whether it begins with TLS, and puts the engine in or hands the plain text over.
 *
 * <pre>
 *   ASKING ──TLS announced──▶ HELLO ──whole ClientHello──▶ TLS engine put in, self taken out
 *     └── plain text ──▶ PLAIN ──end of this read──▶ admitted, self taken out
 * </pre>
 *
 * What the first bytes mean is the business of each port: see the subclasses.
 */
abstract class FirstWords extends ByteToMessageDecoder {

    /** A TLS record (alert, TLS 1.2 in name, 2 bytes): fatal, no_application_protocol (RFC 7301 §3.2). */
    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

    enum State {
        ASKING,
        HELLO,
        PLAIN,
        DONE
    }

    private final Arrival arrival;
    private final String protocol;
    private State state = State.ASKING;

    /**
     * @param protocol what is spoken inside TLS on this port (ALPN)
     */
    FirstWords(Arrival arrival, String protocol) {
        this.arrival = arrival;
        this.protocol = protocol;
    }

    /** Looks at what has come in state {@link State#ASKING}; whether another look may follow at once. */
    abstract boolean ask(ChannelHandlerContext context, ByteBuf in);

    /** Whether TLS without ALPN is welcome. */
    abstract boolean welcomesTlsWithoutProtocol();

    Arrival arrival() {
        return arrival;
    }

    /** What comes next is a ClientHello. */
    void expectHello() {
        state = State.HELLO;
    }

    /** What has come is plain text for whoever is behind the door. */
    void acceptPlain() {
        state = State.PLAIN;
    }

    static void answer(ChannelHandlerContext context, byte[] bytes) {
        context.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.read(); // The first; auto-read is off.
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        while (!arrival.ended() && step(context, in)) {
            // Requests may stand behind one another.
        }
        if (arrival.ended()) {
            in.skipBytes(in.readableBytes());
        }
    }

    /** Takes one step; whether another one may follow at once. */
    private boolean step(ChannelHandlerContext context, ByteBuf in) {
        return switch (state) {
            case ASKING -> ask(context, in);
            case HELLO -> {
                hello(context, in);
                yield false;
            }
            case PLAIN, DONE -> false;
        };
    }

    private void hello(ChannelHandlerContext context, ByteBuf in) {
        switch (ClientHello.peek(in)) {
            case ClientHello.Peeked.Partial() -> {}
            case ClientHello.Peeked.Foreign(String reason) ->
                arrival.refuse("no TLS where it was announced: " + reason);
            case ClientHello.Peeked.Whole(ClientHello hello) ->
                arrival.settings().certificates().ifPresent(certificates -> handshake(context, hello, certificates));
        }
    }

    private void handshake(ChannelHandlerContext context, ClientHello hello, CertificateStore certificates) {
        boolean silent = hello.applicationProtocols().isEmpty();
        if (silent ? !welcomesTlsWithoutProtocol() : !certificates.speaks(hello, protocol)) {
            answer(context, NO_APPLICATION_PROTOCOL);
            arrival.refuse(silent ? "direct TLS without ALPN" : "TLS for another protocol (ALPN)");
            return;
        }
        state = State.DONE;
        CertificateStore.Serving serving = certificates.serve(hello, context.alloc());
        serving.handler().setHandshakeTimeoutMillis(0); // The arrival's clock covers it.
        Handshake handshake = new Handshake(arrival, hello.serverName(), serving.certificate());
        context.pipeline()
                .addAfter(FrontDoor.NEGOTIATION, FrontDoor.READ_GATE, handshake.readGate())
                .addAfter(FrontDoor.READ_GATE, FrontDoor.TLS, serving.handler())
                .addAfter(FrontDoor.TLS, FrontDoor.HANDSHAKE, handshake);
        context.pipeline().remove(this); // What was gathered goes on to the TLS engine.
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (state == State.PLAIN && !arrival.ended()) {
            state = State.DONE;
            ByteString firstBytes = ByteString.fromByteBuffer(internalBuffer().nioBuffer());
            internalBuffer().skipBytes(internalBuffer().readableBytes());
            context.pipeline().remove(this);
            arrival.admit(Optional.empty(), firstBytes);
        } else if (!arrival.ended()) {
            context.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            arrival.dismiss("the client will say no more");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        arrival.dismiss("the client left");
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        arrival.dismiss("broken connection");
    }
}
