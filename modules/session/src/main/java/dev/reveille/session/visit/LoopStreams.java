package dev.reveille.session.visit;

import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.RunnableGraph;

/** Runs the streams of one loop's sessions on that loop, where their sockets are. */
public final class LoopStreams {

    private final Materializer materializer;
    private final Attributes onTheLoop;

    private LoopStreams(Materializer materializer, Attributes onTheLoop) {
        this.materializer = materializer;
        this.onTheLoop = onTheLoop;
    }

    /**
     * Streams that live as long as {@code owner}.
     *
     * @param dispatcher the loop's; the owner runs on it too
     */
    public static LoopStreams of(ActorContext<?> owner, String dispatcher) {
        return new LoopStreams(Materializer.createMaterializer(owner), ActorAttributes.dispatcher(dispatcher));
    }

    <M> M run(RunnableGraph<M> graph) {
        return graph.addAttributes(onTheLoop).run(materializer);
    }
}
