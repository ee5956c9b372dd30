package dev.reveille.node.cluster;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** A node's time among others, or alone. Any thread; nothing here blocks the caller. */
public sealed interface NodeLife permits ClusterLife, LifeAlone {

    /** Starts it, in the background. Once. */
    void begin();

    /** Takes leave of the other nodes, so that they take over at once what this one had. The end, within a bound. */
    CompletionStage<Done> leave();

    /** How things are at the moment. */
    ClusterView view();
}
