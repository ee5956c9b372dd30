package dev.reveille.node.commands;

import dev.reveille.node.settings.NodeSettings;
import dev.reveille.node.settings.SettingsFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;

/**
 * {@code ./reveille train}: starts a node on free ports, lets it work and stops it, while the JVM writes down for its
 * ahead-of-time cache what was loaded and compiled. The launcher runs it once for each build; it says nothing and
 * touches no file.
 */
@Command(name = "train", hidden = true, description = "Exercise a node for the JVM's ahead-of-time cache.")
final class TrainCommand implements Callable<Integer> {

    private static final String ANY_PORT = "127.0.0.1:0";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final NodeProgram program;

    TrainCommand(NodeProgram program) {
        this.program = program;
    }

    @Override
    public Integer call() throws StartFailure, ExecutionException, InterruptedException, TimeoutException {
        RunningNode node = program.start(settings());
        node.drain();
        node.stopped().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return NodeRun.STOPPED;
    }

    private static NodeSettings settings() {
        Map<String, String> changes = Map.of(
                "reveille.listen.postgres", ANY_PORT,
                "reveille.listen.web", ANY_PORT,
                "reveille.listen.admin", ANY_PORT,
                "reveille.drain", "0s");
        return SettingsFile.defaultsWith(changes, Path.of("")).settings();
    }
}
