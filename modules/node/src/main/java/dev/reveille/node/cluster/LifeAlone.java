package dev.reveille.node.cluster;

import dev.reveille.cancellation.cluster.CancelRoutes;
import dev.reveille.cancellation.cluster.ClusterCancelDesk;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * The life of a node that nobody can join and that shares no store. Nobody but itself can be asked for its keys, so it
 * has no second actor system: that would listen on a port, keep six threads, and gossip with itself five times a second.
 * Any thread.
 */
public final class LifeAlone implements NodeLife {

    private static final ClusterView VIEW = new ClusterView("alone", "", List.of());

    private final ClusterCancelDesk desk;
    private final CancelRoutes nowhere;

    /**
     * @param desk is told at the beginning
     * @param nowhere the routes of such a node
     */
    public LifeAlone(ClusterCancelDesk desk, CancelRoutes nowhere) {
        this.desk = desk;
        this.nowhere = nowhere;
    }

    @Override
    public void begin() {
        desk.joined(nowhere);
    }

    @Override
    public CompletionStage<Done> leave() {
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    @Override
    public ClusterView view() {
        return VIEW;
    }
}
