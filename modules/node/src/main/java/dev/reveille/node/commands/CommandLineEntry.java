package dev.reveille.node.commands;

import dev.reveille.node.settings.InvalidSettings;
import dev.reveille.node.settings.SettingsFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
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

    private static final List<String> USUAL = List.of("serve", "--config");

    /** What the parser of options takes for a name as well. */
    private static final Predicate<String> PLAIN =
            Pattern.compile("[^-@\"'\\x00][^\\x00]*").asMatchPredicate();

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
        Optional<Path> usual = usualServe(arguments);
        return usual.isPresent() ? serve(usual.get(), out, err) : parsed(out, err, arguments);
    }

    /**
     * The file of {@code serve --config FILE} in just these words, which is how nodes are started. The parser of options
     * is not needed for it, and would be a tenth of the whole start: it cannot be kept in the ahead-of-time cache.
     */
    private static Optional<Path> usualServe(String... arguments) {
        List<String> words = List.of(arguments);
        boolean usual = words.size() == USUAL.size() + 1
                && words.subList(0, USUAL.size()).equals(USUAL);
        return usual && PLAIN.test(words.getLast()) ? Optional.of(Path.of(words.getLast())) : Optional.empty();
    }

    private int serve(Path config, PrintWriter out, PrintWriter err) {
        try {
            return new NodeRun(program, out, err).run(SettingsFile.read(config).settings());
        } catch (RuntimeException failure) {
            return failed(failure, err);
        }
    }

    private int parsed(PrintWriter out, PrintWriter err, String... arguments) {
        return new CommandLine(this)
                .addSubcommand(new DevCommand(program))
                .addSubcommand(new ServeCommand(program))
                .addSubcommand(new EndpointsCommand(endpoints))
                .addSubcommand(new TrainCommand(program))
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler(CommandLineEntry::misused)
                .setExecutionExceptionHandler((failure, command, _) -> failed(failure, command.getErr()))
                .execute(arguments);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? dev, serve or endpoints");
    }

    private static int misused(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        complain(
                command.getErr(),
                "%s (try ./%s --help)"
                        .formatted(
                                failure.getMessage(), command.getCommandSpec().qualifiedName()));
        return MISUSED;
    }

    private static int failed(Exception failure, PrintWriter err) {
        return switch (failure) {
            case InvalidSettings invalid -> {
                complain(err, invalid.getMessage());
                yield MISUSED;
            }
            case StartFailure cannotStart -> {
                complain(err, cannotStart.getMessage());
                yield BROKEN;
            }
            case Exception unforeseen -> {
                unforeseen.printStackTrace(err);
                yield BROKEN;
            }
        };
    }

    private static void complain(PrintWriter err, String message) {
        err.println("reveille: " + message);
        err.flush();
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
