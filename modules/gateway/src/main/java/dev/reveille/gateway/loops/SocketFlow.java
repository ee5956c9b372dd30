package dev.reveille.gateway.loops;

import dev.reveille.session.relay.Link;
import io.netty.channel.socket.SocketChannel;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * A socket as a Pekko stream: what goes in is sent, what comes out was received.
 *
 * <p>The stage must run on the dispatcher of the loop that owns the channel. The channel is handed over with auto-read
 * off, and with nothing in its pipeline that would hold back plain-text bytes; from the moment the flow is materialised
 * the stage owns it and sees to its end. Completing the input closes the socket's sending half (and says so in TLS);
 * the received half stays open until the peer closes it or the stream cancels. When both are over the socket is closed
 * with patience ({@link SocketSettings#lingerMax}). A failure of the input closes the socket at once.
 *
 * @param <I> what the stream sends: bytes, or something that has them
 * @param <O> what the stream receives: bytes, or something made of them
 */
public final class SocketFlow<I, O> extends GraphStage<FlowShape<I, O>> {

    private final Inlet<I> toPeer = Inlet.create("SocketFlow.toPeer");
    private final Outlet<O> fromPeer = Outlet.create("SocketFlow.fromPeer");
    private final FlowShape<I, O> shape = FlowShape.of(toPeer, fromPeer);

    private final Link link;
    private final Function<I, ByteString> unpack;
    private final Function<ByteString, O> pack;

    private SocketFlow(Link link, Function<I, ByteString> unpack, Function<ByteString, O> pack) {
        this.link = link;
        this.unpack = unpack;
        this.pack = pack;
    }

    /**
     * The stream of {@code channel}; may be materialised once. To be called on the channel's loop: everything that arrives
     * from then on is kept for the stream.
     *
     * @param loop the one that owns the channel
     * @param first bytes that were received already and come before everything that is still to be read
     */
    public static Flow<ByteString, ByteString, NotUsed> of(
            Loop loop, SocketChannel channel, SocketSettings settings, ByteString first) {
        return of(SocketLink.of(loop, channel, settings, first));
    }

    /** The stream of a link that carries something else than a bare socket's bytes; may be materialised once. */
    public static Flow<ByteString, ByteString, NotUsed> of(Link link) {
        return of(link, Function.identity(), Function.identity());
    }

    /**
     * The same for a stream whose elements are more than bytes: a stage less for each direction than with {@code map}. Both
     * functions are called in the stage's turn, must return at once and never null.
     *
     * @param unpack the bytes of what is to be sent
     * @param pack what the stream gets of bytes that were received
     */
    public static <I, O> Flow<I, O, NotUsed> of(
            Link link, Function<I, ByteString> unpack, Function<ByteString, O> pack) {
        return Flow.fromGraph(new SocketFlow<>(link, unpack, pack));
    }

    @Override
    public FlowShape<I, O> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new SocketLogic<>(shape, link, unpack, pack);
    }
}
