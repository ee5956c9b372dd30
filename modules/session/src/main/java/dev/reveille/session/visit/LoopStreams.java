package dev.reveille.session.visit;

import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.stream.ActorMaterializer;
import org.apache.pekko.stream.ActorMaterializerSettings;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.RunnableGraph;

/** Runs the streams of one loop's sessions on that loop, where their sockets are. */
public final class LoopStreams {

    private final Materializer materializer;

    private LoopStreams(Materializer materializer) {
        this.materializer = materializer;
    }

    /**
     * Streams that live as long as {@code owner}.
     *
     * @param dispatcher the loop's; the owner runs on it too
     */
    @SuppressWarnings("deprecation") // The only way to put the supervisor of the streams on the loop as well.
    public static LoopStreams of(ActorContext<?> owner, String dispatcher) {
        ActorMaterializerSettings onTheLoop = ActorMaterializerSettings.create(Adapter.toClassic(owner.getSystem()))
                .withDispatcher(dispatcher);
        return new LoopStreams(ActorMaterializer.create(onTheLoop, Adapter.toClassic(owner)));
    }

    /** Runs streams on the loop. */
    public Materializer materializer() {
        return materializer;
    }

    <M> M run(RunnableGraph<M> graph) {
        return graph.run(materializer);
    }
}
