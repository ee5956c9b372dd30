package dev.reveille.gateway.compute;

import dev.reveille.protocol.startup.SslRequest;
import dev.reveille.session.compute.DialFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Asks a compute for TLS and sees the handshake through (PostgreSQL manual, 54.2.11); leaves the pipeline when that is
 * decided. The answer is one byte; a compute that sends more before the handshake is not one to talk to, because those
 * bytes would pass as if they had come inside TLS.
 */
final class TlsRequest extends ChannelInboundHandlerAdapter {

    private static final byte YES = 'S';
    private static final byte NO = 'N';

    private final Supplier<SslHandler> tls;
    private final boolean clearTextWillDo;
    private final Duration patience;
    private final CompletableFuture<ComputeConnector.Connected> secured;
    private boolean handshaking;

    TlsRequest(
            Supplier<SslHandler> tls,
            boolean clearTextWillDo,
            Duration patience,
            CompletableFuture<ComputeConnector.Connected> secured) {
        this.tls = tls;
        this.clearTextWillDo = clearTextWillDo;
        this.patience = patience;
        this.secured = secured;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.executor()
                .schedule(
                        () -> fail(ctx, DialFailure.Reason.UNREACHABLE, "no TLS in time"),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
        ctx.writeAndFlush(Unpooled.wrappedBuffer(new SslRequest().encode().toArrayUnsafe()));
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf answer = (ByteBuf) message;
        try {
            if (handshaking || answer.readableBytes() != 1) {
                fail(ctx, DialFailure.Reason.TLS_FAILED, "more than an answer to the request for TLS");
            } else {
                answered(ctx, answer.readByte());
            }
        } finally {
            answer.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            hungUp(ctx);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        hungUp(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (handshaking) {
            fail(ctx, DialFailure.Reason.TLS_FAILED, "TLS failed: " + root(cause));
        } else {
            fail(ctx, DialFailure.Reason.BROKEN, String.valueOf(cause));
        }
    }

    private void hungUp(ChannelHandlerContext ctx) {
        fail(ctx, DialFailure.Reason.BROKEN, "the compute closed the connection when asked for TLS");
    }

    private void answered(ChannelHandlerContext ctx, byte answer) {
        if (answer == YES) {
            SslHandler handler = tls.get();
            handler.setHandshakeTimeoutMillis(patience.toMillis());
            handshaking = true;
            ctx.pipeline().addBefore(ctx.name(), null, handler);
            handler.handshakeFuture().addListener(handshake -> {
                if (handshake.isSuccess()) {
                    decided(ctx, Optional.of(handler));
                } else {
                    fail(ctx, DialFailure.Reason.TLS_FAILED, "TLS failed: " + root(handshake.cause()));
                }
            });
        } else if (answer == NO && clearTextWillDo) {
            decided(ctx, Optional.empty());
        } else {
            fail(ctx, DialFailure.Reason.TLS_REFUSED, "the compute does not offer TLS");
        }
    }

    private void decided(ChannelHandlerContext ctx, Optional<SslHandler> handler) {
        SocketChannel channel = (SocketChannel) ctx.channel();
        ctx.pipeline().remove(this);
        if (!secured.complete(new ComputeConnector.Connected(channel, handler))) {
            channel.close();
        }
    }

    /** Engines wrap what is wrong with a certificate into words that say nothing. */
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !root.getCause().equals(root)) {
            root = root.getCause();
        }
        return root;
    }

    private void fail(ChannelHandlerContext ctx, DialFailure.Reason reason, String message) {
        if (secured.completeExceptionally(new DialFailure(reason, message))) {
            ctx.close();
        }
    }
}
