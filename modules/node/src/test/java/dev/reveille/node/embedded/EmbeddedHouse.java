package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.SessionId;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ControlPlaneFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** An embedded control plane on a directory of its own, and how to look at it from outside. */
final class EmbeddedHouse implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    final EmbeddedSettings settings;
    final EmbeddedControlPlane controlPlane;
    private final ActorTestKit kit = ActorTestKit.create();

    private EmbeddedHouse(EmbeddedSettings settings) throws EmbeddedFailure, InterruptedException {
        this.settings = settings;
        this.controlPlane = EmbeddedControlPlane.open(kit.system(), settings);
    }

    static EmbeddedHouse open(EmbeddedSettings settings) throws EmbeddedFailure, InterruptedException {
        return new EmbeddedHouse(settings);
    }

    CompletableFuture<Compute> waking(String endpoint) {
        return controlPlane.wake(SessionId.random(), key(endpoint)).toCompletableFuture();
    }

    Compute wake(String endpoint) {
        return waking(endpoint)
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    ControlPlaneFailure failureToWake(String endpoint) {
        try {
            throw new AssertionError("woken: " + wake(endpoint));
        } catch (CompletionException failure) {
            return (ControlPlaneFailure) failure.getCause();
        }
    }

    /** Runs a statement as a client would, and returns the first column of the first row. */
    String ask(ComputeAddress compute, String sql) throws SQLException {
        return ask(compute, controlPlane.password(), sql);
    }

    static String ask(ComputeAddress compute, String password, String sql) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", EmbeddedControlPlane.ROLE.value());
        login.setProperty("password", password);
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql://" + compute + "/app", login);
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            ResultSet rows = statement.getResultSet();
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    EndpointListing.State stateOf(String endpoint) throws IOException {
        return EndpointListing.of(settings.data()).entries().stream()
                .filter(entry -> entry.name().value().equals(endpoint))
                .map(EndpointListing.Entry::state)
                .findFirst()
                .orElseThrow();
    }

    Path data(String endpoint) {
        return dataOf(settings.data(), endpoint);
    }

    static Path dataOf(Path directory, String endpoint) {
        return directory.resolve("endpoints").resolve(endpoint).resolve("data");
    }

    long startsOf(String endpoint) throws IOException {
        try (var lines = Files.lines(data(endpoint).resolveSibling("log"))) {
            return lines.filter(line -> line.contains("ready to accept connections"))
                    .count();
        }
    }

    void eventually(CheckedAssertion assertion) {
        eventually(kit, assertion);
    }

    static void eventually(ActorTestKit kit, CheckedAssertion assertion) {
        kit.createTestProbe().awaitAssert(PATIENCE, Duration.ofMillis(20), () -> {
            assertion.check();
            return true;
        });
    }

    static boolean listens(ComputeAddress compute) {
        try (Socket _ = new Socket(InetAddress.ofLiteral(compute.host()), compute.port())) {
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** The numbers of all processes that work in {@code data}. */
    static List<Long> processesIn(Path data) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> {
                    try {
                        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd"))
                                .equals(data.toRealPath());
                    } catch (IOException notThisOne) {
                        return false;
                    }
                })
                .toList();
    }

    static EndpointKey key(String endpoint) {
        return EndpointKey.of(new EndpointId(endpoint));
    }

    interface CheckedAssertion {
        void check() throws Exception;
    }

    /** Leaves in good order, and looks that nothing stays behind. */
    @Override
    public void close() {
        controlPlane
                .stop()
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        kit.shutdownTestKit();
    }
}
