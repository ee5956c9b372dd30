package dev.reveille.node.commands;

import dev.reveille.node.settings.NodeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A node that stops as soon as it was started, unless told otherwise, and remembers what it was asked. */
final class ScriptedNode implements NodeProgram, RunningNode {

    final List<NodeSettings> started = new ArrayList<>();
    final CompletableFuture<Void> end;

    ScriptedNode(CompletableFuture<Void> end) {
        this.end = end;
    }

    static ScriptedNode thatStopsAtOnce() {
        return new ScriptedNode(CompletableFuture.completedFuture(null));
    }

    @Override
    public RunningNode start(NodeSettings settings) {
        started.add(settings);
        return this;
    }

    @Override
    public List<String> greeting() {
        return List.of("psql \"postgresql://…\"");
    }

    @Override
    public void drain() {
        end.complete(null);
    }

    @Override
    public void hurry() {
        end.complete(null);
    }

    @Override
    public CompletionStage<Void> stopped() {
        return end;
    }
}
