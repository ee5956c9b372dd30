package dev.reveille.node.commands;

import dev.reveille.node.settings.InvalidSettings;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code reveille} itself: chooses among the others and turns what goes wrong into one line and a status: 2
 * for options and settings that make no sense, 1 for a node that cannot start or broke, 0 otherwise.
 */
@Command(
        name = "reveille",
        description = "The front door for Postgres computes that sleep when idle.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = CommandLineEntry.Version.class,
        mixinStandardHelpOptions = true)
public final class CommandLineEntry implements Runnable {

    private static final int MISUSED = 2;
    private static final int BROKEN = 1;

    private final NodeProgram program;
    private final EndpointTable endpoints;

    @Spec
    private CommandSpec spec;

    public CommandLineEntry(NodeProgram program, EndpointTable endpoints) {
        this.program = program;
        this.endpoints = endpoints;
    }

    /** Runs what {@code arguments} ask for and returns the status to exit with. Blocks until that is done. */
    public int run(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(this)
                .addSubcommand(new DevCommand(program))
                .addSubcommand(new ServeCommand(program))
                .addSubcommand(new EndpointsCommand(endpoints))
                .addSubcommand(new TrainCommand(program))
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(CommandLineEntry::misused)
                .setExecutionExceptionHandler((failure, command, _) -> failed(failure, command))
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? dev, serve or endpoints");
    }

    private static int misused(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        complain(
                command,
                "%s (try ./%s --help)"
                        .formatted(
                                failure.getMessage(), command.getCommandSpec().qualifiedName()));
        return MISUSED;
    }

    private static int failed(Exception failure, CommandLine command) {
        return switch (failure) {
            case InvalidSettings invalid -> {
                complain(command, invalid.getMessage());
                yield MISUSED;
            }
            case StartFailure cannotStart -> {
                complain(command, cannotStart.getMessage());
                yield BROKEN;
            }
            case Exception unforeseen -> {
                unforeseen.printStackTrace(command.getErr());
                yield BROKEN;
            }
        };
    }

    private static void complain(CommandLine command, String message) {
        command.getErr().println("reveille: " + message);
        command.getErr().flush();
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = CommandLineEntry.class.getPackage().getImplementationVersion();
            return new String[] {
                "reveille %s (Java %s)".formatted(version == null ? "development" : version, Runtime.version())
            };
        }
    }
}
