package dev.reveille.journeys.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.ServeNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One node of a fleet, through all of its lives; its door for nodes stays where it is, the others move. Any thread. */
final class FleetNode implements AutoCloseable {

    private static final Pattern REACHABLE_MEMBER = Pattern.compile("\"state\":\"up\",\"reachable\":true");
    private static final int KILLED = 137;

    private final int number;
    private final Path directory;
    private final Destination behind;
    private final String settings;
    private final List<String> jvmOptions;
    private volatile Optional<ServeNode> life = Optional.empty();

    FleetNode(int number, Path directory, Destination behind, String settings, List<String> jvmOptions) {
        this.number = number;
        this.directory = directory;
        this.behind = behind;
        this.settings = settings;
        this.jvmOptions = jvmOptions;
    }

    int number() {
        return number;
    }

    /** Returns when it is ready for sessions; it may not have met the others yet. */
    void start() {
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        life = Optional.of(ServeNode.in(directory, settings, jvmOptions.toArray(String[]::new)));
    }

    NodeProcess process() {
        return life.orElseThrow().process();
    }

    /** Through this node to the fleet's compute. */
    Destination door() {
        return life.orElseThrow().to(Fleet.ENDPOINT, behind);
    }

    boolean alive() {
        return life.filter(node -> node.process().alive()).isPresent();
    }

    /** As by {@code kill -9}. */
    void kill() {
        process().kill();
        assertThat(process().awaitExit()).isEqualTo(KILLED);
    }

    /** As a rolling restart does it: SIGTERM, and wait for the end. */
    void leave() {
        process().terminate();
        assertThat(process().awaitExit()).isZero();
    }

    InetSocketAddress adminDoor() {
        return life.orElseThrow().doors().admin();
    }

    InetSocketAddress webDoor() {
        return life.orElseThrow().doors().web();
    }

    /** What {@code /v1/status} says. */
    String status() {
        return NodeProcess.body(adminDoor(), "/v1/status");
    }

    /** How many members it sees up and reachable, itself included. */
    int neighbours() {
        Matcher members = REACHABLE_MEMBER.matcher(status());
        int count = 0;
        while (members.find()) {
            count++;
        }
        return count;
    }

    /** Whether it says that its store cannot be used. */
    boolean degraded() {
        return status().contains("\"link\":\"degraded\"");
    }

    @Override
    public void close() {
        life.filter(node -> node.process().alive())
                .ifPresent(node -> node.process().kill());
    }
}
