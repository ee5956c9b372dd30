package dev.reveille.gateway.loops;

import dev.reveille.session.relay.Link;
import dev.reveille.session.relay.Splice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;

/**
 * A socket as a link: the last handler in the pipeline, and the one that sees to the socket's end. Received bytes wait
 * here until they are taken; when they are too many, reading pauses. Runs on the channel's loop only.
 *
 * <p>It is in the pipeline before it is opened, to keep what arrives in between. Auto-read is off then, but that does not
 * stop everything: epoll reads what is there when a peer hangs up, and a TLS engine asks for more on its own account.
 */
final class SocketLink extends ChannelInboundHandlerAdapter implements Link {

    private static final ByteString NOTHING = ByteString.emptyByteString();

    /** Bytes up to which many parts are put together before they are copied: cheaper than a view of each part. */
    private static final int PUT_TOGETHER_MAX = 8 * 1024;

    private final Loop loop;
    private final SocketChannel channel;
    private final SocketSettings settings;

    private Runnable changed = () -> {};
    private Optional<Splice> splice = Optional.empty();
    private ByteString held;
    private ChannelHandlerContext context;
    private boolean peerFinished;
    private boolean failed;
    private boolean sendingFinished;
    private boolean outputShut;
    private boolean over;

    private SocketLink(Loop loop, SocketChannel channel, SocketSettings settings, ByteString first) {
        this.loop = loop;
        this.channel = channel;
        this.settings = settings;
        this.held = first;
    }

    /**
     * The link of {@code channel}, to which everything belongs that arrives from now on.
     *
     * @param first bytes that were received already and come before everything that is still to be read
     */
    static SocketLink of(Loop loop, SocketChannel channel, SocketSettings settings, ByteString first) {
        SocketLink link = new SocketLink(loop, channel, settings, first);
        channel.pipeline().addLast(link);
        return link;
    }

    @Override
    public void open(Runnable listener) {
        if (!channel.eventLoop().inEventLoop()) {
            channel.close();
            throw new IllegalStateException("a socket must be used on its own loop");
        }
        part();
        splice = Optional.empty(); // Whoever had it before has no part in it any more.
        changed = listener;
        if (!channel.isActive()) {
            peerFinished = true;
        } else if (held.size() <= settings.heldMax()) {
            channel.config().setAutoRead(true);
        }
        if (!held.isEmpty() || peerFinished || failed) {
            loop.executor().carry(changed);
        }
    }

    @Override
    public ByteString take() {
        ByteString taken = held;
        held = NOTHING;
        if (taken.size() > settings.heldMax() && !peerFinished) {
            channel.config().setAutoRead(true);
        }
        return taken;
    }

    @Override
    public Condition condition() {
        if (!held.isEmpty()) {
            return Condition.OPEN;
        }
        if (failed) {
            return Condition.FAILED;
        }
        return peerFinished ? Condition.FINISHED : Condition.OPEN;
    }

    @Override
    public boolean ready() {
        return channel.isWritable();
    }

    @Override
    public void send(ByteString bytes) {
        context.writeAndFlush(copy(bytes), context.voidPromise());
    }

    @Override
    public Optional<Splice> splice(Link compute, Splice.Onlooker onlooker) {
        if (!(compute instanceof SocketLink other) || !loop.equals(other.loop) || !isBare() || !other.isBare()) {
            return Optional.empty();
        }
        splice = loop.epoll()
                .filter(_ -> loop.received().hasAddress())
                .map(epoll -> new SocketSplice(loop, epoll, this, other, onlooker));
        other.splice = splice;
        return splice;
    }

    @Override
    public void finishSending() {
        if (sendingFinished || !channel.isActive()) {
            return;
        }
        sendingFinished = true;
        SslHandler tls = context.pipeline().get(SslHandler.class);
        // Netty drops what waits to be written when the output is shut down, so that has to wait its turn.
        ChannelFuture allSent =
                tls == null ? context.writeAndFlush(Unpooled.EMPTY_BUFFER, context.newPromise()) : tls.closeOutbound();
        allSent.addListener(_ -> {
            if (channel.isActive()) {
                channel.shutdownOutput().addListener(_ -> outputIsShut());
            }
        });
    }

    @Override
    public void close() {
        part();
        over = true;
        held = NOTHING;
        // A peer that has said goodbye inside TLS sends nothing more that closing could collide with.
        boolean peerIsDone = channel.isInputShutdown() || peerFinished && !sendingFinished;
        if (!channel.isActive() || peerIsDone && nothingToSend()) {
            channel.close();
            return;
        }
        finishSending();
        // From here on whatever the peer still sends is read and thrown away, until it hangs up or patience ends.
        channel.config().setAutoRead(true);
        if (outputShut) {
            linger();
        } else {
            closeWithin(settings.flushMax());
        }
    }

    @Override
    public void abort() {
        over = true;
        held = NOTHING;
        channel.close();
    }

    // ---- the pipeline's calls ----

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        part(); // Netty reads of its own accord where it thinks that there is more.
        ByteBuf buffer = (ByteBuf) message;
        try {
            if (!over && buffer.isReadable()) {
                receive(buffer);
            }
        } finally {
            buffer.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!held.isEmpty()) {
            tellOfChange();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            tellOfChange();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // A TLS peer says goodbye inside TLS; without TLS the end of the TCP stream says it.
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            peerFinished();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        peerFinished();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        part();
        if (over) {
            channel.close();
        } else {
            failed = true;
            tellOfChange();
        }
    }

    // ---- for a splice ----

    /** The socket itself, to read and write past its channel. */
    Socket socket() {
        return (Socket) ((UnixChannel) channel).fd();
    }

    /** What its channel could not send yet; of a socket that is open. */
    ChannelOutboundBuffer unsent() {
        return channel.unsafe().outboundBuffer();
    }

    /** Whether nothing that arrived is held, nothing waits to be sent, and both will go on. */
    boolean isQuiet() {
        return held.isEmpty()
                && !peerFinished
                && !failed
                && !over
                && !sendingFinished
                && channel.isActive()
                && nothingToSend();
    }

    /** Passing bytes on failed, and the failure will not be told again. */
    void broke(Throwable cause) {
        channel.pipeline().fireExceptionCaught(cause);
    }

    /** Whether the bytes on the wire are those of the link, with no TLS in between. */
    private boolean isBare() {
        return equals(channel.pipeline().first()) && channel.isActive() && channel instanceof UnixChannel;
    }

    private void part() {
        splice.ifPresent(Splice::part);
    }

    private void receive(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        ByteString chunk = ByteString.fromArrayUnsafe(bytes);
        held = held.isEmpty() ? chunk : held.concat(chunk);
        if (held.size() > settings.heldMax()) {
            channel.config().setAutoRead(false);
        }
    }

    private void peerFinished() {
        part();
        peerFinished = true;
        if (!over) {
            tellOfChange();
        } else if (outputShut && channel.isInputShutdown() && channel.isOpen()) {
            channel.close();
        }
    }

    private void tellOfChange() {
        if (!over) {
            loop.executor().carry(changed);
        }
    }

    private void outputIsShut() {
        outputShut = true;
        if (over) {
            linger();
        }
    }

    /**
     * Closing at once while the peer still sends would make TCP reset the connection and throw our last bytes away. Only
     * the end of the TCP stream counts here: once we have said goodbye, the TLS engine takes whatever the peer still sends
     * for its goodbye.
     */
    private void linger() {
        if (channel.isInputShutdown()) {
            channel.close();
        } else {
            closeWithin(settings.lingerMax());
        }
    }

    private boolean nothingToSend() {
        ChannelOutboundBuffer unsent = unsent();
        return unsent == null || unsent.isEmpty();
    }

    private void closeWithin(Duration patience) {
        channel.eventLoop().schedule(() -> channel.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private ByteBuf copy(ByteString bytes) {
        ByteBuf buffer = loop.sent().lend(bytes.size(), context.alloc());
        if (bytes.isCompact() || bytes.size() <= PUT_TOGETHER_MAX) {
            return buffer.writeBytes(bytes.compact().toArrayUnsafe());
        }
        for (ByteBuffer part : bytes.getByteBuffers()) {
            buffer.writeBytes(part);
        }
        return buffer;
    }
}
