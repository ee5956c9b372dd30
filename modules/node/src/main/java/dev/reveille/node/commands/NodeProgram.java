package dev.reveille.node.commands;

import dev.reveille.node.settings.NodeSettings;

/** Starts nodes: a role that {@code Main} fills, and tests play. */
public interface NodeProgram {

    /**
     * Starts a node and returns when it is ready for clients. Called on a thread that may block. What was opened before
     * a failure is closed again.
     *
     * @throws StartFailure where the node cannot start
     */
    RunningNode start(NodeSettings settings) throws StartFailure;
}
