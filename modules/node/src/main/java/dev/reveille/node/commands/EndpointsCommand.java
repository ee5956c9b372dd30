package dev.reveille.node.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./reveille endpoints}: what a data directory holds, also while a node runs on it. */
@Command(
        name = "endpoints",
        description = "List the endpoints of a data directory: name, state, size, last use.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class EndpointsCommand implements Callable<Integer> {

    private final EndpointTable table;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ".reveille",
            description = "The data directory (default: ${DEFAULT-VALUE}).")
    private Path data;

    EndpointsCommand(EndpointTable table) {
        this.table = table;
    }

    @Override
    public Integer call() {
        var terminal = spec.commandLine();
        if (!Files.isDirectory(data)) {
            terminal.getErr().println("reveille: there is no data directory " + data);
            return NodeRun.BROKEN;
        }
        try {
            terminal.getOut().println(table.describe(data).stripTrailing());
            return NodeRun.STOPPED;
        } catch (IOException unreadable) {
            terminal.getErr().println("reveille: cannot read %s: %s".formatted(data, unreadable.getMessage()));
            return NodeRun.BROKEN;
        }
    }
}
