package dev.reveille.node.commands;

import dev.reveille.node.settings.NodeSettings;
import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A node in the foreground: started, greeted, told about signals, and waited for. The first TERM or INT begins the
 * drain, the second ends it.
 */
final class NodeRun {

    static final int STOPPED = 0;
    static final int BROKEN = 1;

    private static final Set<String> LEAVE = Set.of("TERM", "INT");

    private final NodeProgram program;
    private final PrintWriter out;
    private final PrintWriter err;

    NodeRun(NodeProgram program, PrintWriter out, PrintWriter err) {
        this.program = program;
        this.out = out;
        this.err = err;
    }

    /** Runs until the node has stopped, and returns the status to exit with. Blocks. */
    int run(NodeSettings settings) {
        // A signal that comes while the node is starting is answered as soon as there is a node to tell.
        CompletableFuture<RunningNode> started = new CompletableFuture<>();
        Signals.on(LEAVE, seen -> started.thenAccept(node -> leave(node, seen)));
        try {
            RunningNode node = program.start(settings);
            started.complete(node);
            node.greeting().forEach(out::println);
            out.flush();
            node.stopped().toCompletableFuture().join();
            return STOPPED;
        } catch (StartFailure failure) {
            return broken(failure.getMessage());
        } catch (CompletionException failure) {
            return broken("the node ended because something broke: " + failure.getCause());
        }
    }

    private static void leave(RunningNode node, int seen) {
        if (seen == 1) {
            node.drain();
        } else {
            node.hurry();
        }
    }

    private int broken(String message) {
        err.println("reveille: " + message);
        err.flush();
        return BROKEN;
    }
}
