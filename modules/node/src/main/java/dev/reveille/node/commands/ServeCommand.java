package dev.reveille.node.commands;

import dev.reveille.node.settings.SettingsFile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./reveille serve}: a node as a configuration file describes it. */
@Command(
        name = "serve",
        description = "Run a node as a configuration file describes it.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private final NodeProgram program;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "The settings, in HOCON; what it leaves out has a default.")
    private Path config;

    @Option(
            names = "--check-config",
            description = "Check the file, print the settings that result with secrets masked, and stop.")
    private boolean check;

    ServeCommand(NodeProgram program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        SettingsFile file = SettingsFile.read(config);
        var terminal = spec.commandLine();
        if (check) {
            terminal.getOut().print(file.effective());
            terminal.getOut().flush();
            return NodeRun.STOPPED;
        }
        return new NodeRun(program, terminal.getOut(), terminal.getErr()).run(file.settings());
    }
}
