package dev.reveille.gateway.loops;

import dev.reveille.session.relay.Link;
import java.io.IOException;
import java.util.function.Function;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.util.ByteString;

/**
 * Gives a stream what a socket's link has, and the link what the stream sends. The link rings a bell when something has
 * changed, because nothing may be pushed into a stream from outside of its own turn.
 */
final class SocketLogic<I, O> extends GraphStageLogic implements InHandler, OutHandler, Runnable {

    private final FlowShape<I, O> shape;
    private final Link link;
    private final Function<I, ByteString> unpack;
    private final Function<ByteString, O> pack;
    private final AsyncCallback<Link> bell;
    private boolean waitingToSend;
    private boolean broken;

    SocketLogic(FlowShape<I, O> shape, Link link, Function<I, ByteString> unpack, Function<ByteString, O> pack) {
        super(shape);
        this.shape = shape;
        this.link = link;
        this.unpack = unpack;
        this.pack = pack;
        this.bell = createAsyncCallback(_ -> changed());
        setHandlers(shape.in(), shape.out(), this);
    }

    /** Rings the bell. */
    @Override
    public void run() {
        bell.invoke(link);
    }

    @Override
    public void preStart() {
        originalStage_$eq(null); // An idle socket has no use for the plan of its stream.
        link.open(this);
        pull(shape.in());
    }

    @Override
    public void postStop() {
        if (isClosed(shape.in()) && !broken) {
            link.close();
        } else {
            link.abort();
        }
    }

    private void changed() {
        if (waitingToSend && link.ready() && !isClosed(shape.in())) {
            waitingToSend = false;
            pull(shape.in());
        }
        deliver();
    }

    private void deliver() {
        if (isClosed(shape.out())) {
            link.take(); // Nobody wants it, and the end must be noticed behind it.
        } else if (isAvailable(shape.out())) {
            ByteString bytes = link.take();
            if (!bytes.isEmpty()) {
                push(shape.out(), pack.apply(bytes));
            }
        }
        switch (link.condition()) {
            case OPEN -> {}
            case FINISHED -> {
                if (!isClosed(shape.out())) {
                    complete(shape.out());
                }
                endIfBothOver();
            }
            case FAILED -> {
                broken = true;
                failStage(new IOException("the connection broke"));
            }
        }
    }

    @Override
    public void onPull() {
        deliver();
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
        link.take();
        endIfBothOver();
    }

    @Override
    public void onPush() {
        link.send(unpack.apply(grab(shape.in())));
        if (link.ready()) {
            pull(shape.in());
        } else {
            waitingToSend = true;
        }
    }

    @Override
    public void onUpstreamFinish() {
        if (isClosed(shape.out())) {
            completeStage(); // Which ends the link as a whole.
        } else {
            link.finishSending();
        }
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
        broken = true;
        failStage(cause);
    }

    private void endIfBothOver() {
        if (isClosed(shape.in()) && isClosed(shape.out())) {
            completeStage();
        }
    }
}
