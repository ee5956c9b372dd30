package dev.reveille.session.relay;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractGraphStageWithMaterializedValue;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * The stage between a client's bytes and its session (design decision 2): what the client sends comes in, what it is to
 * hear goes out, and the compute is attached in the middle. Materialises the {@link Wire}.
 */
public final class WireStage extends AbstractGraphStageWithMaterializedValue<FlowShape<ByteString, ByteString>, Wire> {

    private final Inlet<ByteString> fromClient = Inlet.create("WireStage.fromClient");
    private final Outlet<ByteString> toClient = Outlet.create("WireStage.toClient");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(fromClient, toClient);
    private final Consumer<WireEvent> session;
    private final Optional<Link> socket;
    private final boolean closesFirst;
    private final Duration lastWordsMax;

    /**
     * A wire that reports to {@code session}, which is called in the stage's turn and must only pass the event on.
     *
     * @param socket what the client's bytes come from, where it could be spliced to a compute's
     * @param lastWordsMax how long a client may take to read what is left for it when the wire has closed
     * @param closesFirst whether the wire closes after the client's Terminate, rather than wait for the client to do so
     */
    public WireStage(Consumer<WireEvent> session, Optional<Link> socket, boolean closesFirst, Duration lastWordsMax) {
        this.session = session;
        this.socket = socket;
        this.closesFirst = closesFirst;
        this.lastWordsMax = lastWordsMax;
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public Pair<GraphStageLogic, Wire> createLogicAndMaterializedValuePair(Attributes inheritedAttributes) {
        WireLogic logic = new WireLogic(shape, session, socket, closesFirst, lastWordsMax);
        return Pair.create(logic, logic.wire());
    }
}
