package dev.reveille.gateway.web;

import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/** Lets the bytes of one body through, and knows whether they were asked for and when they have ended. */
final class Watch extends GraphStage<FlowShape<ByteString, ByteString>> {

    private final Inlet<ByteString> in = Inlet.create("Watch.in");
    private final Outlet<ByteString> out = Outlet.create("Watch.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final Runnable ended;
    private volatile boolean used;

    /**
     * @param ended called when the body has ended in whatever way, on the thread that carried it
     */
    Watch(Runnable ended) {
        this.ended = ended;
    }

    /** Whether somebody has begun to read. */
    boolean used() {
        return used;
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        used = true;
        return new GraphStageLogic(shape) {
            {
                setHandler(in, new AbstractInHandler() {
                    @Override
                    public void onPush() {
                        push(out, grab(in));
                    }
                });
                setHandler(out, new AbstractOutHandler() {
                    @Override
                    public void onPull() {
                        pull(in);
                    }
                });
            }

            @Override
            public void postStop() {
                ended.run();
            }
        };
    }
}
