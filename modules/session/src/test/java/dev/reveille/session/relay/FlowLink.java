package dev.reveille.session.relay;

import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.util.ByteString;

/**
 * A flow as a link, so that tests can hold the far end of one. Nothing is read ahead: one chunk is asked for when the last
 * one was taken. The flow runs as a stream of its own, so this may be called from any thread.
 */
public final class FlowLink implements Link {

    private final Stage stage = new Stage();
    private Runnable changed = () -> {};
    private ByteString held = ByteString.emptyByteString();
    private Condition end = Condition.OPEN;
    private boolean wanted;
    private AsyncCallback<Runnable> orders;
    private boolean running;

    private final Flow<ByteString, ByteString, NotUsed> flow;
    private final Materializer materializer;

    private FlowLink(Flow<ByteString, ByteString, NotUsed> flow, Materializer materializer) {
        this.flow = flow;
        this.materializer = materializer;
    }

    /** The link to {@code flow}, which begins to run when the link is opened. */
    public static FlowLink to(Flow<ByteString, ByteString, NotUsed> flow, Materializer materializer) {
        return new FlowLink(flow, materializer);
    }

    @Override
    public synchronized void open(Runnable listener) {
        changed = listener;
        if (running) {
            listener.run(); // Somebody else has taken it over.
            return;
        }
        running = true;
        Flow.fromGraph(stage).join(flow).run(materializer);
        order(stage::want);
    }

    @Override
    public synchronized ByteString take() {
        ByteString taken = held;
        held = ByteString.emptyByteString();
        order(stage::want);
        return taken;
    }

    @Override
    public synchronized Condition condition() {
        return held.isEmpty() ? end : Condition.OPEN;
    }

    @Override
    public synchronized boolean ready() {
        return wanted;
    }

    @Override
    public synchronized void send(ByteString bytes) {
        wanted = false;
        order(() -> stage.say(bytes));
    }

    @Override
    public synchronized void finishSending() {
        order(stage::finish);
    }

    @Override
    public synchronized void close() {
        changed = () -> {};
        order(() -> {
            stage.finish();
            stage.letGo();
        });
    }

    @Override
    public synchronized void abort() {
        changed = () -> {};
        order(stage::breakDown);
    }

    private synchronized void runs(AsyncCallback<Runnable> callback) {
        orders = callback;
    }

    private void order(Runnable what) {
        if (orders != null) {
            orders.invoke(what);
        }
    }

    private void change(Runnable how) {
        Runnable listener;
        synchronized (this) {
            how.run();
            listener = changed;
        }
        listener.run();
    }

    private final class Stage extends GraphStage<FlowShape<ByteString, ByteString>> {

        private final Inlet<ByteString> in = Inlet.create("FlowLink.in");
        private final Outlet<ByteString> out = Outlet.create("FlowLink.out");
        private Logic logic;

        @Override
        public FlowShape<ByteString, ByteString> shape() {
            return FlowShape.of(in, out);
        }

        @Override
        public GraphStageLogic createLogic(Attributes inheritedAttributes) {
            logic = new Logic();
            return logic;
        }

        void want() {
            logic.want();
        }

        void say(ByteString bytes) {
            logic.say(bytes);
        }

        void finish() {
            logic.finish();
        }

        void letGo() {
            logic.letGo();
        }

        void breakDown() {
            logic.breakDown();
        }

        private final class Logic extends GraphStageLogic implements InHandler, OutHandler {

            private ByteString toSay = ByteString.emptyByteString();
            private boolean finishing;

            Logic() {
                super(shape());
                setHandlers(in, out, this);
                runs(createAsyncCallback(Runnable::run));
            }

            void want() {
                if (!isClosed(in) && !hasBeenPulled(in) && condition() == Condition.OPEN && nothingHeld()) {
                    pull(in);
                }
            }

            void say(ByteString bytes) {
                toSay = toSay.concat(bytes);
                serve();
            }

            void finish() {
                finishing = true;
                serve();
            }

            void letGo() {
                if (!isClosed(in)) {
                    cancel(in);
                }
            }

            void breakDown() {
                failStage(new IllegalStateException("the link was aborted"));
            }

            @Override
            public void onPush() {
                ByteString chunk = grab(in);
                change(() -> held = held.concat(chunk));
            }

            @Override
            public void onUpstreamFinish() {
                change(() -> end = Condition.FINISHED);
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
                change(() -> end = Condition.FAILED);
            }

            @Override
            public void onPull() {
                serve();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
                // The far end reads no more; if it says no more either, that is noticed on the other side.
            }

            private void serve() {
                if (!toSay.isEmpty() && isAvailable(out)) {
                    push(out, toSay);
                    toSay = ByteString.emptyByteString();
                }
                if (toSay.isEmpty() && finishing && !isClosed(out)) {
                    complete(out);
                } else if (toSay.isEmpty() && !isClosed(out) && isAvailable(out)) {
                    change(() -> wanted = true);
                }
            }
        }
    }

    private synchronized boolean nothingHeld() {
        return held.isEmpty();
    }
}
