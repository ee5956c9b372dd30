package dev.reveille.node.embedded;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.session.compute.ComputeAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the servers of endpoints on this machine. A server is ready when its {@code postmaster.pid} says so (PostgreSQL
 * manual, 73.1), which costs no connection and no password.
 */
final class LocalPostgres implements ComputeHost {

    private static final Logger LOG = LoggerFactory.getLogger(LocalPostgres.class);

    private static final Duration READY_POLL = Duration.ofMillis(2);
    private static final int PORT_TRIES_MAX = 5;
    private static final int LOG_SHOWN_BYTES_MAX = 2_000;

    private final DataDirectory directory;
    private final RunAs runAs;
    private final DataMaker maker;
    private final PostgresInstallations installations;
    private final EmbeddedSettings settings;
    private final Executor blocking;
    private final LoopbackPorts ports = new LoopbackPorts();
    private final Semaphore starting;

    LocalPostgres(
            DataDirectory directory,
            RunAs runAs,
            DataMaker maker,
            PostgresInstallations installations,
            EmbeddedSettings settings,
            Executor blocking) {
        this.directory = directory;
        this.runAs = runAs;
        this.maker = maker;
        this.installations = installations;
        this.settings = settings;
        this.blocking = blocking;
        this.starting = new Semaphore(settings.startsAtOnceMax(), true);
    }

    @Override
    public RunningServer start(EndpointId endpoint) throws EmbeddedFailure, IOException, InterruptedException {
        ComputeFiles files = directory.filesOf(endpoint);
        starting.acquire();
        try {
            if (!files.exist()) {
                maker.make(files);
            }
            files.state().write("waking");
            LeftoverServers.stop(files.data(), settings.stopDeadline());
            PostgresBinaries binaries = installations.ofMajor(files.major());
            maker.renewVerifier(files, binaries);
            Server server = launch(endpoint, files, binaries);
            files.state().write("ready");
            return server;
        } catch (EmbeddedFailure | IOException | InterruptedException failure) {
            Files.deleteIfExists(files.state().path());
            throw failure;
        } finally {
            starting.release();
        }
    }

    @Override
    public void used(EndpointId endpoint) {
        ComputeFiles files = directory.filesOf(endpoint);
        try {
            if (files.exist()) {
                files.touch();
            }
        } catch (IOException failure) {
            LOG.atWarn()
                    .addKeyValue("endpoint", endpoint)
                    .setCause(failure)
                    .log("the last use of an endpoint could not be noted");
        }
    }

    private Server launch(EndpointId endpoint, ComputeFiles files, PostgresBinaries binaries)
            throws EmbeddedFailure, IOException, InterruptedException {
        files.rotateLog();
        for (int attempt = 0; attempt < PORT_TRIES_MAX; attempt++) {
            int port = ports.portFor(endpoint);
            long logStart = Files.size(files.log());
            SupervisedProcess process =
                    SupervisedProcess.start(commandLine(endpoint, files, binaries, port), files.log());
            if (becomesReady(process, files, port)) {
                RunningLog.keepShort(process, files, RunningLog.LOOK);
                ComputeAddress address = new ComputeAddress(LoopbackPorts.LOOPBACK.getHostAddress(), port);
                return new Server(endpoint, address, process, files);
            }
            String said = end(files.log(), logStart);
            if (!said.contains("could not bind")) {
                throw EmbeddedFailure.ofMachine("the server of endpoint " + endpoint + " did not start (status "
                        + process.status() + "): " + said);
            }
            ports.lost(endpoint);
        }
        throw EmbeddedFailure.ofMachine(
                "every port for endpoint " + endpoint + " was taken by somebody else before its server had started");
    }

    private List<String> commandLine(EndpointId endpoint, ComputeFiles files, PostgresBinaries binaries, int port) {
        List<String> command = new ArrayList<>(runAs.prefix());
        command.addAll(
                List.of(binaries.postgres().toString(), "-D", files.data().toString()));
        command.addAll(List.of("-p", Integer.toString(port)));
        command.addAll(List.of("-c", "listen_addresses=" + LoopbackPorts.LOOPBACK.getHostAddress()));
        command.addAll(List.of("-c", "unix_socket_directories="));
        command.addAll(List.of("-c", "cluster_name=" + endpoint)); // the name to look for in ps
        return command;
    }

    /** Waits; whether the server is ready, and not gone. */
    private boolean becomesReady(SupervisedProcess process, ComputeFiles files, int port)
            throws EmbeddedFailure, IOException, InterruptedException {
        long start = System.nanoTime();
        boolean ready = false;
        try {
            while (!process.endsWithin(READY_POLL)) {
                if (saysReady(process, files, port)) {
                    ready = true;
                    return true;
                }
                if (System.nanoTime() - start > settings.startDeadline().toNanos()) {
                    throw EmbeddedFailure.ofMachine("the server on " + files.data() + " was not ready within "
                            + settings.startDeadline().toSeconds() + " s");
                }
            }
            return false;
        } finally {
            if (!ready) {
                process.end(settings.stopDeadline(), "INT", "QUIT", "KILL");
            }
        }
    }

    /** Reads the file of this start: an older one tells another port, or of a process that is not ours. */
    private static boolean saysReady(SupervisedProcess process, ComputeFiles files, int port) throws IOException {
        Path file = files.data().resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return false;
        }
        List<String> lines = Files.readString(file).lines().map(String::strip).toList();
        return lines.size() > 7
                && lines.get(7).equals("ready")
                && lines.get(3).equals(Integer.toString(port))
                && ProcessHandle.of(Long.parseLong(lines.getFirst()))
                        .flatMap(ProcessHandle::parent)
                        .filter(parent -> parent.pid() == process.supervisor())
                        .isPresent();
    }

    private static String end(Path log, long from) throws IOException {
        try (FileChannel channel = FileChannel.open(log)) {
            long size = channel.size();
            long start = Math.max(from, size - LOG_SHOWN_BYTES_MAX);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, size - start));
            channel.read(bytes, start);
            return StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
        }
    }

    /** A server of ours, from ready until gone. */
    private final class Server implements RunningServer {

        private final EndpointId endpoint;
        private final ComputeAddress address;
        private final SupervisedProcess process;
        private final CompletableFuture<Done> gone;

        Server(EndpointId endpoint, ComputeAddress address, SupervisedProcess process, ComputeFiles files) {
            this.endpoint = endpoint;
            this.address = address;
            this.process = process;
            this.gone = process.exited().thenApplyAsync(_ -> forgetState(files), blocking);
        }

        @Override
        public ComputeAddress address() {
            return address;
        }

        @Override
        public CompletableFuture<Done> gone() {
            return gone;
        }

        @Override
        public void stop() throws InterruptedException {
            if (!process.end(settings.stopDeadline(), "INT", "QUIT", "KILL")) {
                LOG.atError()
                        .addKeyValue("endpoint", endpoint)
                        .log("a server does not even end when it is killed; its endpoint cannot be woken");
                return;
            }
            try {
                gone.get(settings.stopDeadline().toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException failure) {
                LOG.atWarn()
                        .addKeyValue("endpoint", endpoint)
                        .setCause(failure)
                        .log("the state of a stopped endpoint could not be noted");
            }
        }

        private static Done forgetState(ComputeFiles files) {
            try {
                Files.deleteIfExists(files.state().path());
                return Done.getInstance();
            } catch (IOException failure) {
                throw new CompletionException(failure);
            }
        }
    }
}
