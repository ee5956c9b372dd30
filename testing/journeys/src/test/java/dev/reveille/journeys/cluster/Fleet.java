package dev.reveille.journeys.cluster;

import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.serve.SecuredCompute;
import dev.reveille.kit.sockets.ListenPorts;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Nodes whose files differ by their doors only. */
final class Fleet implements AutoCloseable {

    /** By which every node leads to the fleet's compute. */
    static final String ENDPOINT = "fleet";

    private final List<FleetNode> nodes;

    private Fleet(List<FleetNode> nodes) {
        this.nodes = nodes;
    }

    /**
     * Starts so many nodes at once, with these settings besides what makes them a fleet, and waits until each sees all
     * others. Their files are in {@code directory}.
     */
    static Fleet of(int size, Path directory, SecuredCompute compute, String settings) {
        return of(ports(size), List.of(), directory, compute, settings);
    }

    /** The same with a piece of network between each two of them. */
    static Fleet over(Network network, Path directory, SecuredCompute compute, String settings) {
        return of(network.ports(), network.views(), directory, compute, settings);
    }

    private static Fleet of(
            List<Integer> ports, List<NodeView> views, Path directory, SecuredCompute compute, String settings) {
        List<NodeView> seen = views.isEmpty()
                ? IntStream.range(0, ports.size()).mapToObj(_ -> NodeView.PLAIN).toList()
                : views;
        String seeds = IntStream.range(0, ports.size())
                .mapToObj(number -> "\"%s:%d\"".formatted(seen.get(number).advertised(), ports.get(number)))
                .collect(Collectors.joining(", "));
        List<FleetNode> nodes = IntStream.range(0, ports.size())
                .mapToObj(number -> new FleetNode(
                        number,
                        directory.resolve("node-" + number),
                        compute.behind(),
                        """
                        cluster { bind = "127.0.0.1:%d", advertise = "%s:%d", seeds = [%s] }
                        control-plane { kind = fixed
                          %s
                        }
                        %s
                        """.formatted(
                                        ports.get(number),
                                        seen.get(number).advertised(),
                                        ports.get(number),
                                        seeds,
                                        compute.block(ENDPOINT, "tls = disable"),
                                        settings),
                        seen.get(number).jvmOptions()))
                .toList();
        Fleet fleet = new Fleet(nodes);
        fleet.startAll();
        return fleet;
    }

    private void startAll() {
        try {
            CompletableFuture.allOf(nodes.stream()
                            .map(node -> CompletableFuture.runAsync(
                                    node::start, task -> Thread.ofVirtual().start(task)))
                            .toArray(CompletableFuture[]::new))
                    .join();
            awaitWhole();
        } catch (RuntimeException | AssertionError failure) {
            close();
            throw failure;
        }
    }

    int size() {
        return nodes.size();
    }

    FleetNode node(int number) {
        return nodes.get(number);
    }

    List<FleetNode> nodes() {
        return nodes;
    }

    /** Waits until each node sees all of them up and reachable. */
    void awaitWhole() {
        for (FleetNode node : nodes) {
            await().alias("node %d sees all others".formatted(node.number()))
                    .atMost(NodeProcess.PATIENCE)
                    .until(() -> node.neighbours() == size());
        }
    }

    static List<Integer> ports(int count) {
        return IntStream.range(0, count).mapToObj(_ -> ListenPorts.next()).toList();
    }

    /** All nodes at once and without patience: nobody is left to take over from. */
    @Override
    public void close() {
        nodes.forEach(FleetNode::close);
    }
}
