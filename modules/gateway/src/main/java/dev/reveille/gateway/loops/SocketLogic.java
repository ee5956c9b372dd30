package dev.reveille.gateway.loops;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import java.nio.ByteBuffer;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.util.ByteString;

/**
 * The stream's side of a socket; {@link SocketHandler} is the pipeline's. Both run on the same loop, so they share plain
 * fields. The handler may not push into the stream from outside of the stream's own turn, so it leaves the bytes here
 * and rings the bell.
 */
final class SocketLogic extends GraphStageLogic implements InHandler, OutHandler, Runnable {

    /** What the bell can mean. */
    enum Bell {
        RECEIVED,
        WRITABLE,
        FAILED
    }

    private final FlowShape<ByteString, ByteString> shape;
    private final SocketChannel channel;
    private final SocketSettings settings;
    private final SocketHandler handler;
    private final AsyncCallback<Bell> bell;

    private ByteString held;
    private boolean peerFinished;
    private boolean waitingToWrite;
    private Throwable failure;

    SocketLogic(
            FlowShape<ByteString, ByteString> shape,
            Loop loop,
            SocketChannel channel,
            SocketSettings settings,
            ByteString first) {
        super(shape);
        this.shape = shape;
        this.channel = channel;
        this.settings = settings;
        this.held = first;
        this.handler = new SocketHandler(this, loop.executor(), settings);
        this.bell = createAsyncCallback(this::rung);
        setHandlers(shape.in(), shape.out(), this);
    }

    @Override
    public void preStart() {
        if (!channel.eventLoop().inEventLoop()) {
            throw new IllegalStateException("a socket's stream must run on the dispatcher of the socket's loop");
        }
        originalStage_$eq(null); // The plan of a stream weighs as much as the rest of an idle socket's stage.
        pull(shape.in());
        channel.pipeline().addLast(handler);
        if (channel.isActive()) {
            channel.config().setAutoRead(true);
        } else {
            peerFinished = true;
        }
    }

    // ---- the pipeline's calls, on the loop, outside of the stream's turn ----

    void received(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        ByteString chunk = ByteString.fromArrayUnsafe(bytes);
        held = held.isEmpty() ? chunk : held.concat(chunk);
        if (held.size() > settings.heldMax()) {
            channel.config().setAutoRead(false);
        }
    }

    void ring(Bell meaning) {
        bell.invoke(meaning);
    }

    /** Rings for what was received; a task for the loop's executor, without an object of its own. */
    @Override
    public void run() {
        bell.invoke(Bell.RECEIVED);
    }

    boolean holdsBytes() {
        return !held.isEmpty();
    }

    void peerFinished() {
        peerFinished = true;
        bell.invoke(Bell.RECEIVED);
    }

    void failed(Throwable cause) {
        failure = cause;
        bell.invoke(Bell.FAILED);
    }

    // ---- the stream's turn ----

    private void rung(Bell meaning) {
        switch (meaning) {
            case RECEIVED -> deliver();
            case WRITABLE -> {
                if (waitingToWrite && channel.isWritable() && !isClosed(shape.in())) {
                    waitingToWrite = false;
                    pull(shape.in());
                }
            }
            case FAILED -> failStage(failure);
        }
    }

    private void deliver() {
        if (isClosed(shape.out())) {
            held = ByteString.emptyByteString();
            endIfBothOver();
            return;
        }
        if (!held.isEmpty() && isAvailable(shape.out())) {
            ByteString bytes = held;
            held = ByteString.emptyByteString();
            push(shape.out(), bytes);
            if (!channel.config().isAutoRead() && !peerFinished) {
                channel.config().setAutoRead(true);
            }
        }
        if (held.isEmpty() && peerFinished && !isClosed(shape.out())) {
            complete(shape.out());
            endIfBothOver();
        }
    }

    @Override
    public void onPull() {
        if (!held.isEmpty() || peerFinished) {
            deliver();
        }
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
        held = ByteString.emptyByteString();
        endIfBothOver();
    }

    @Override
    public void onPush() {
        ByteString bytes = grab(shape.in());
        ChannelHandlerContext context = handler.context();
        context.writeAndFlush(copy(bytes, context), context.voidPromise());
        if (channel.isWritable()) {
            pull(shape.in());
        } else {
            waitingToWrite = true;
        }
    }

    @Override
    public void onUpstreamFinish() {
        handler.finishSending();
        endIfBothOver();
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
        failure = cause;
        failStage(cause);
    }

    @Override
    public void postStop() {
        handler.streamEnded(isClosed(shape.in()) && failure == null);
    }

    private void endIfBothOver() {
        if (isClosed(shape.in()) && isClosed(shape.out())) {
            completeStage();
        }
    }

    private static ByteBuf copy(ByteString bytes, ChannelHandlerContext context) {
        ByteBuf buffer = context.alloc().directBuffer(bytes.size());
        if (bytes.isCompact()) {
            return buffer.writeBytes(bytes.toArrayUnsafe());
        }
        for (ByteBuffer part : bytes.getByteBuffers()) {
            buffer.writeBytes(part);
        }
        return buffer;
    }
}
