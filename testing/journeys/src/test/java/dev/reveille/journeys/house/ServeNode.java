package dev.reveille.journeys.house;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.WebDestination;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code reveille serve --config FILE}, as operators run it. */
public final class ServeNode implements AutoCloseable {

    private final NodeProcess process;
    private final NodeProcess.Doors doors;

    private ServeNode(NodeProcess process) {
        this.process = process;
        this.doors = process.awaitReady();
    }

    /**
     * Starts one with these settings, in HOCON below {@code reveille}; relative names are seen from {@code directory}.
     * Returns when it is ready.
     */
    public static ServeNode in(Path directory, String settings, String... jvmOptions) {
        return new ServeNode(
                NodeProcess.start(List.of(), List.of(jvmOptions), "serve", "--config", config(directory, settings)));
    }

    /** The same as another user, say, from a class path that the user can read. */
    public static ServeNode behind(List<String> prefix, List<Path> classPath, Path directory, String settings) {
        return new ServeNode(
                NodeProcess.start(prefix, List.of(), classPath, "serve", "--config", config(directory, settings)));
    }

    private static String config(Path directory, String settings) {
        Path file = directory.resolve("reveille.conf");
        try {
            Files.writeString(file, """
                    reveille {
                      listen { postgres = "127.0.0.1:0", web = "127.0.0.1:0", admin = "127.0.0.1:0" }
                      %s
                    }
                    """.formatted(settings));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return file.toString();
    }

    public NodeProcess process() {
        return process;
    }

    public NodeProcess.Doors doors() {
        return doors;
    }

    /** Through this node to where {@code behind} goes, with the same role and password. */
    public Destination to(String endpoint, Destination behind) {
        return new Destination(
                doors.postgres().getPort(),
                endpoint,
                behind.role(),
                behind.password(),
                behind.database(),
                behind.trusted());
    }

    /** The same through the door for WebSocket and HTTP, in clear text. */
    public WebDestination toWeb(String endpoint, Destination behind) {
        return new WebDestination(doors.web(), false, to(endpoint, behind));
    }

    @Override
    public void close() {
        process.close();
    }
}
