package dev.reveille.gateway.front;

import dev.reveille.gateway.tls.CertificateStore;
import dev.reveille.gateway.tls.ClientHello;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Answers the questions about encryption (spec 01 §4) and sees off what was never PostgreSQL.
 *
 * <pre>
 *   ASKING ──SSLRequest 'S', TLS record──▶ HELLO ──whole ClientHello──▶ TLS engine put in, self taken out
 *     │  ▲
 *     │  └─ GSSENCRequest 'N', SSLRequest 'N'
 *     └── other ──▶ PLAIN ──end of this read──▶ admitted, self taken out
 * </pre>
 *
 * Bytes behind an SSLRequest that was granted reach the TLS engine and nobody else (CVE-2021-23214).
 */
final class Negotiation extends ByteToMessageDecoder {

    private static final byte[] GRANTED = {'S'};
    private static final byte[] DECLINED = {'N'};
    /** A TLS record (alert, TLS 1.2 in name, 2 bytes): fatal, no_application_protocol (RFC 7301 §3.2). */
    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

    private static final String HTTP_TEXT = "This port speaks PostgreSQL, not HTTP.\r\n";
    private static final byte[] HTTP_ANSWER =
            """
            HTTP/1.1 400 Bad Request\r
            Connection: close\r
            Content-Type: text/plain\r
            Content-Length: %d\r
            \r
            %s""".formatted(HTTP_TEXT.length(), HTTP_TEXT).getBytes(StandardCharsets.US_ASCII);

    private enum State {
        ASKING,
        HELLO,
        PLAIN,
        DONE
    }

    private final Arrival arrival;
    private State state = State.ASKING;
    private boolean triedSsl;
    private boolean triedGss;
    private boolean granted;

    Negotiation(Arrival arrival) {
        this.arrival = arrival;
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

    private boolean ask(ChannelHandlerContext context, ByteBuf in) {
        return switch (FirstPacket.of(in)) {
            case INCOMPLETE -> false;
            case SSL_REQUEST -> {
                in.skipBytes(FirstPacket.LENGTH);
                ssl(context);
                yield true;
            }
            case GSSENC_REQUEST -> {
                in.skipBytes(FirstPacket.LENGTH);
                if (triedGss) {
                    arrival.refuse("GSSENCRequest repeated");
                } else {
                    triedGss = true;
                    answer(context, DECLINED);
                }
                yield true;
            }
            case TLS_RECORD -> {
                if (triedSsl || arrival.settings().certificates().isEmpty()) {
                    arrival.refuse("TLS without having been granted it");
                }
                state = State.HELLO;
                yield true;
            }
            case MALFORMED_REQUEST -> {
                arrival.refuse("malformed SSLRequest or GSSENCRequest");
                yield false;
            }
            case HTTP -> {
                answer(context, HTTP_ANSWER);
                arrival.refuse("HTTP on the PostgreSQL port");
                yield false;
            }
            case OTHER -> {
                state = State.PLAIN;
                yield false;
            }
        };
    }

    private void ssl(ChannelHandlerContext context) {
        if (triedSsl) {
            arrival.refuse("SSLRequest repeated");
            return;
        }
        triedSsl = true;
        granted = arrival.settings().certificates().isPresent();
        answer(context, granted ? GRANTED : DECLINED);
        if (granted) {
            state = State.HELLO;
        }
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
        // Without ALPN, direct TLS could be another protocol's, tricked into coming here (PostgreSQL insists too).
        boolean silent = hello.applicationProtocols().isEmpty();
        if (silent ? !granted : !certificates.speaks(hello)) {
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

    private static void answer(ChannelHandlerContext context, byte[] bytes) {
        context.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
}
