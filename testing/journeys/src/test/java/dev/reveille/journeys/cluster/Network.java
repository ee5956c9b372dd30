package dev.reveille.journeys.cluster;

import dev.reveille.kit.sockets.DelayProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A piece of network for each pair and direction of a fleet's nodes. A node is known by its name; what address that is,
 * each of the others reads in a hosts file of its own, and finds a {@link DelayProxy} there.
 */
final class Network implements AutoCloseable {

    private final List<Integer> ports;
    private final List<List<DelayProxy>> wires;
    private final List<NodeView> views;

    private Network(List<Integer> ports, List<List<DelayProxy>> wires, List<NodeView> views) {
        this.ports = ports;
        this.wires = wires;
        this.views = views;
    }

    /** For so many nodes; writes their hosts files to {@code directory}. */
    static Network among(int size, Path directory) {
        List<Integer> ports = Fleet.ports(size);
        List<List<DelayProxy>> wires = IntStream.range(0, size)
                .mapToObj(from -> IntStream.range(0, size)
                        .mapToObj(to -> DelayProxy.between(
                                new InetSocketAddress(address(from, to), ports.get(to)), ports.get(to)))
                        .toList())
                .toList();
        List<NodeView> views = IntStream.range(0, size)
                .mapToObj(from -> new NodeView(
                        name(from),
                        List.of("-Djdk.net.hosts.file=" + hosts(directory.resolve("hosts-" + from), from, size))))
                .toList();
        return new Network(ports, wires, views);
    }

    List<Integer> ports() {
        return ports;
    }

    List<NodeView> views() {
        return views;
    }

    /** Nothing gets from one to the other any more, nor back. */
    void cut(int one, int other) {
        wires.get(one).get(other).cut();
        wires.get(other).get(one).cut();
    }

    /** All is as it was; connections that waited for too long are gone. */
    void heal(int one, int other) {
        wires.get(one).get(other).heal();
        wires.get(other).get(one).heal();
    }

    @Override
    public void close() {
        wires.forEach(row -> row.forEach(DelayProxy::close));
    }

    private static Path hosts(Path file, int from, int size) {
        String lines = IntStream.range(0, size)
                .mapToObj(to -> "%s %s\n".formatted(address(from, to).getHostAddress(), name(to)))
                .collect(Collectors.joining());
        try {
            return Files.writeString(file, lines);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String name(int node) {
        return "node-%d.test".formatted(node);
    }

    private static InetAddress address(int from, int to) {
        try {
            return InetAddress.getByAddress(new byte[] {127, 77, (byte) from, (byte) to});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
