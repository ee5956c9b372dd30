package dev.reveille.kit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.util.ByteString;

/** Carries out what the test wants of its {@link FarEnd}, inside the stream; orders may come before the stream runs. */
final class FarEndStage extends GraphStage<FlowShape<ByteString, ByteString>> {

    private final Inlet<ByteString> in = Inlet.create("FarEnd.in");
    private final Outlet<ByteString> out = Outlet.create("FarEnd.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final FarEnd reports;
    private final Queue<Consumer<Logic>> orders = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<AsyncCallback<FarEndStage>> running = new CompletableFuture<>();

    FarEndStage(FarEnd reports) {
        this.reports = reports;
    }

    void order(Consumer<Logic> order) {
        orders.add(order);
        running.thenAccept(bell -> bell.invoke(this));
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new Logic();
    }

    final class Logic extends GraphStageLogic implements InHandler, OutHandler {

        private final Deque<ByteString> toSay = new ArrayDeque<>();
        private boolean reading = true;
        private boolean finishing;

        Logic() {
            super(shape);
            setHandlers(in, out, this);
        }

        @Override
        public void preStart() {
            obey();
            read(reading);
            running.complete(createAsyncCallback(_ -> obey()));
        }

        @Override
        public void postStop() {
            reports.streamEnded();
        }

        void say(ByteString chunk) {
            toSay.add(chunk);
            serve();
        }

        void finish() {
            finishing = true;
            serve();
        }

        void hangUp() {
            finish();
            if (!isClosed(in)) {
                cancel(in);
            }
        }

        void breakDown() {
            failStage(new IllegalStateException("connection reset by the test"));
        }

        void read(boolean wanted) {
            reading = wanted;
            if (reading && !isClosed(in) && !hasBeenPulled(in)) {
                pull(in);
            }
        }

        @Override
        public void onPush() {
            reports.heard(grab(in));
            read(reading);
        }

        @Override
        public void onPull() {
            serve();
        }

        @Override
        public void onUpstreamFinish() {
            reports.otherFinished();
        }

        @Override
        public void onUpstreamFailure(Throwable cause) {
            reports.otherBroke();
        }

        @Override
        public void onDownstreamFinish(Throwable cause) {
            reports.otherLetGo();
        }

        private void serve() {
            if (!toSay.isEmpty() && isAvailable(out)) {
                push(out, toSay.remove());
                reports.taken();
            }
            if (toSay.isEmpty() && finishing && !isClosed(out)) {
                complete(out);
            }
        }

        private void obey() {
            for (Consumer<Logic> order = orders.poll(); order != null; order = orders.poll()) {
                order.accept(this);
            }
        }
    }
}
