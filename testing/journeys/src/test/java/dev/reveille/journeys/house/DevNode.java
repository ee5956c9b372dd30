package dev.reveille.journeys.house;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.WebDestination;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code reveille dev} on a data directory: any endpoint name works, and its computes are real PostgreSQL servers. */
public final class DevNode implements AutoCloseable {

    private final NodeProcess process;
    private final Path data;
    private final NodeProcess.Doors doors;

    private DevNode(NodeProcess process, Path data) {
        this.process = process;
        this.data = data;
        this.doors = process.awaitReady();
    }

    /** Starts one, and returns when it is ready. */
    public static DevNode on(Path data, String... moreArguments) {
        List<String> arguments = new ArrayList<>(List.of("dev", "--data", data.toString()));
        for (String door : List.of("--postgres", "--web", "--admin")) {
            arguments.addAll(List.of(door, "127.0.0.1:0"));
        }
        arguments.addAll(List.of(moreArguments));
        return new DevNode(NodeProcess.start(arguments.toArray(String[]::new)), data);
    }

    /** Starts one on a fresh data directory inside of {@code temporary}. */
    public static DevNode in(Path temporary, String... moreArguments) {
        return on(Seed.copyTo(temporary.resolve("data")), moreArguments);
    }

    public NodeProcess process() {
        return process;
    }

    public NodeProcess.Doors doors() {
        return doors;
    }

    public Path data() {
        return data;
    }

    /** Database and role {@code app} of an endpoint. */
    public Destination to(String endpoint) {
        return new Destination(
                doors.postgres().getPort(), endpoint, "app", password(), "app", data.resolve("tls/localhost.crt"));
    }

    /** The same through the door for WebSocket and HTTP, in clear text. */
    public WebDestination toWeb(String endpoint) {
        return new WebDestination(doors.web(), false, to(endpoint));
    }

    /** What all endpoints of this directory know of role {@code app}. */
    public String verifier() {
        return text(data.resolve("verifier"));
    }

    private String password() {
        return text(data.resolve("password"));
    }

    /** The files of PostgreSQL, which may be there or not. */
    public Path files(String endpoint) {
        return data.resolve("endpoints").resolve(endpoint).resolve("data");
    }

    /** How often the endpoint's server was started, by what it says itself. */
    public long starts(String endpoint) {
        return text(files(endpoint).resolveSibling("log"))
                .lines()
                .filter(line -> line.contains("ready to accept connections"))
                .count();
    }

    /** Where the endpoint's server listens, which must be awake. */
    public int computePort(String endpoint) {
        return Integer.parseInt(text(files(endpoint).resolve("postmaster.pid"))
                .lines()
                .skip(3)
                .findFirst()
                .orElseThrow());
    }

    /** Whether any process works in the endpoint's data. */
    public boolean anybodyIn(String endpoint) {
        return anybodyIn(files(endpoint));
    }

    static boolean anybodyIn(Path files) {
        return ProcessHandle.allProcesses().map(ProcessHandle::pid).anyMatch(pid -> {
            try {
                return Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd")).equals(files.toRealPath());
            } catch (IOException notThisOne) {
                return false;
            }
        });
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
