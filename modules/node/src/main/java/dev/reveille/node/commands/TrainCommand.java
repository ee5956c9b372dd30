package dev.reveille.node.commands;

import dev.reveille.node.settings.SettingsFile;
import dev.reveille.node.training.Training;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;

/**
 * {@code ./reveille train}: starts a node on free ports, lets it work and stops it, while the JVM writes down for its
 * ahead-of-time cache what was loaded and how it ran. The launcher runs it once for each build; it says nothing and leaves
 * no file behind.
 */
@Command(name = "train", hidden = true, description = "Exercise a node for the JVM's ahead-of-time cache.")
final class TrainCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final NodeProgram program;

    TrainCommand(NodeProgram program) {
        this.program = program;
    }

    @Override
    public Integer call() throws Exception {
        try (Training training = Training.prepare()) {
            RunningNode node = program.start(
                    SettingsFile.defaultsWith(training.settings(), Path.of("")).settings());
            try {
                training.work();
            } finally {
                node.drain();
                node.stopped().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        return NodeRun.STOPPED;
    }
}
