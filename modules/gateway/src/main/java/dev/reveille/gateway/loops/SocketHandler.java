package dev.reveille.gateway.loops;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The last handler in a socket's pipeline: hands received bytes to the stream, and sees to the socket's end once the
 * stream is over. Runs on the channel's loop only.
 */
final class SocketHandler extends ChannelInboundHandlerAdapter {

    private final SocketLogic logic;
    private final LoopExecutor executor;
    private final SocketSettings settings;

    private ChannelHandlerContext context;
    private boolean sendingFinished;
    private boolean peerFinished;
    private boolean streamOver;
    private boolean outputShut;

    SocketHandler(SocketLogic logic, LoopExecutor executor, SocketSettings settings) {
        this.logic = logic;
        this.executor = executor;
        this.settings = settings;
    }

    ChannelHandlerContext context() {
        return context;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        try {
            if (!streamOver && buffer.isReadable()) {
                logic.received(buffer);
            }
        } finally {
            buffer.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!streamOver && logic.holdsBytes()) {
            executor.carry(logic);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!streamOver) {
            executor.carry(() -> logic.ring(SocketLogic.Bell.WRITABLE));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // A TLS peer says goodbye inside TLS; without TLS the end of the TCP stream says it.
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            peerFinished(ctx);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        peerFinished(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (streamOver) {
            ctx.close();
        } else {
            logic.failed(cause);
        }
    }

    /** The stream has nothing more to send. */
    void finishSending() {
        if (sendingFinished || !context.channel().isActive()) {
            return;
        }
        sendingFinished = true;
        SslHandler tls = context.pipeline().get(SslHandler.class);
        // Netty drops what waits to be written when the output is shut down, so that has to wait its turn.
        ChannelFuture allSent =
                tls == null ? context.writeAndFlush(Unpooled.EMPTY_BUFFER, context.newPromise()) : tls.closeOutbound();
        allSent.addListener(_ -> {
            if (context.channel().isActive()) {
                ((DuplexChannel) context.channel()).shutdownOutput().addListener(_ -> outputIsShut());
            }
        });
    }

    /**
     * The stream is gone: close the socket.
     *
     * @param orderly whether everything was sent that should be; then the peer gets time to read it
     */
    void streamEnded(boolean orderly) {
        streamOver = true;
        if (!orderly || !context.channel().isActive()) {
            context.close();
            return;
        }
        finishSending();
        // From here on whatever the peer still sends is read and thrown away, until it hangs up or patience ends.
        context.channel().config().setAutoRead(true);
        if (outputShut) {
            linger();
        } else {
            closeWithin(settings.flushMax());
        }
    }

    private void outputIsShut() {
        outputShut = true;
        if (streamOver) {
            linger();
        }
    }

    private void linger() {
        if (peerFinished) {
            context.close();
        } else {
            closeWithin(settings.lingerMax());
        }
    }

    private void closeWithin(Duration patience) {
        context.executor().schedule(() -> context.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void peerFinished(ChannelHandlerContext ctx) {
        peerFinished = true;
        if (!streamOver) {
            logic.peerFinished();
        } else if (outputShut || !ctx.channel().isActive()) {
            ctx.close();
        }
    }
}
