package dev.reveille.gateway.front;

import dev.reveille.gateway.tls.ServedCertificate;
import dev.reveille.gateway.tls.ServerName;
import dev.reveille.session.ClientConnection.ClientTls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Waits behind the TLS engine for the end of the handshake, gathers what the client said in the same breath, and admits
 * it at the end of that read.
 */
final class Handshake extends ChannelInboundHandlerAdapter {

    private final Arrival arrival;
    private final Optional<ServerName> serverName;
    private final ServedCertificate certificate;
    private ByteString firstBytes = ByteString.emptyByteString();
    private boolean secured;

    Handshake(Arrival arrival, Optional<ServerName> serverName, ServedCertificate certificate) {
        this.arrival = arrival;
        this.serverName = serverName;
        this.certificate = certificate;
    }

    /**
     * Stands before the TLS engine and drops its requests to read. The engine asks ahead, also when the handshake is as
     * good as over, and what such a read brought would arrive before there is anybody to deliver to. While the handshake
     * lasts it is read here instead, at the end of each read.
     */
    ChannelHandler readGate() {
        return new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext context) {
                // Dropped.
            }
        };
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            secured = completion.isSuccess();
            if (completion.cause() instanceof ClosedChannelException) {
                arrival.dismiss("the client left during the TLS handshake");
            } else if (!secured) {
                arrival.failed("TLS handshake failed: " + completion.cause().getMessage());
            }
        } else if (event instanceof ChannelInputShutdownEvent) {
            arrival.dismiss("the client will say no more");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        firstBytes = firstBytes.concat(ByteString.fromByteBuffer(bytes.nioBuffer()));
        bytes.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        ChannelPipeline pipeline = context.pipeline();
        if (arrival.ended()) {
            return;
        }
        if (!secured) {
            pipeline.context(FrontDoor.READ_GATE).read();
            return;
        }
        pipeline.remove(FrontDoor.READ_GATE);
        pipeline.remove(this);
        arrival.admit(
                Optional.of(new ClientTls(
                        serverName.map(ServerName::value), certificate.domains(), certificate.endPointDigest())),
                firstBytes);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        arrival.dismiss("broken connection");
    }
}
