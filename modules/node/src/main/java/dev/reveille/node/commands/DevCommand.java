package dev.reveille.node.commands;

import dev.reveille.node.settings.ListenAddress;
import dev.reveille.node.settings.NodeSettings;
import dev.reveille.node.settings.SettingsFile;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./reveille dev}: a complete node on one machine, which runs its computes itself. */
@Command(
        name = "dev",
        description = "Run a complete node with PostgreSQL servers of its own, for development.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class DevCommand implements Callable<Integer> {

    /** Names below these lead to this machine: blue.localhost and blue.localtest.me are the endpoint blue. */
    private static final List<String> LOCAL_DOMAINS = List.of("localhost", "localtest.me");

    private final NodeProgram program;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--postgres",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:4432",
            converter = ListenAddressOption.class,
            description = "Where clients connect (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress postgres;

    @Option(
            names = "--web",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:4433",
            converter = ListenAddressOption.class,
            description = "For WebSocket and HTTP (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress web;

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7001",
            converter = ListenAddressOption.class,
            description = "Where GET /ready is answered (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress admin;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = ".reveille",
            description = "Where the endpoints are kept (default: ${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--idle",
            paramLabel = "SECONDS",
            defaultValue = "60",
            converter = Seconds.class,
            description = "An endpoint that nobody uses for this long goes to sleep (default: ${DEFAULT-VALUE}).")
    private int idle;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "30",
            converter = Seconds.class,
            description = "On SIGTERM, running queries may finish for this long (default: ${DEFAULT-VALUE}).")
    private int drain;

    DevCommand(NodeProgram program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        Seconds.check(spec, "--idle", idle, 1);
        Seconds.check(spec, "--drain", drain, 0);
        var terminal = spec.commandLine();
        return new NodeRun(program, terminal.getOut(), terminal.getErr()).run(settings());
    }

    private NodeSettings settings() {
        Path directory = Path.of("").toAbsolutePath();
        Map<String, Object> changes = Map.of(
                "reveille.web.domains",
                LOCAL_DOMAINS,
                "reveille.web.console",
                true,
                "reveille.listen.postgres",
                ListenAddress.format(postgres),
                "reveille.listen.web",
                ListenAddress.format(web),
                "reveille.listen.admin",
                ListenAddress.format(admin),
                "reveille.tls.directory",
                data.resolve("tls").toString(),
                "reveille.control-plane.kind",
                "embedded",
                "reveille.control-plane.embedded.data",
                data.toString(),
                "reveille.control-plane.embedded.idle",
                idle + "s",
                "reveille.drain",
                drain + "s");
        return SettingsFile.defaultsWith(changes, directory).settings();
    }
}
