package dev.reveille.node.embedded;

import dev.reveille.protocol.names.EndpointId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which endpoint's server listens on which port of 127.0.0.1. As long as the node lives, a port that one endpoint had is
 * never given to another: somebody may still hold the old address of a server that went to sleep, and since all
 * endpoints share one login, a session that followed it would end in another endpoint's data without noticing.
 *
 * <p>May be used by several threads; blocks for a system call.
 */
final class LoopbackPorts {

    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private static final int TRIES_MAX = 100;

    private final Map<Integer, EndpointId> owners = new HashMap<>();
    private final Map<EndpointId, Integer> current = new HashMap<>();

    /** The port for the next start of the endpoint's server: the one it had, as long as nobody else listens there. */
    synchronized int portFor(EndpointId endpoint) throws EmbeddedFailure {
        Optional<Integer> known = Optional.ofNullable(current.get(endpoint));
        if (known.isPresent() && free(known.get()).isPresent()) {
            return known.get();
        }
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            Optional<Integer> port = free(0);
            if (port.isPresent() && owners.putIfAbsent(port.get(), endpoint) == null) {
                current.put(endpoint, port.get());
                return port.get();
            }
        }
        throw EmbeddedFailure.ofMachine("no free port on 127.0.0.1 for endpoint " + endpoint);
    }

    /** Somebody took the port between {@link #portFor} and the start. */
    synchronized void lost(EndpointId endpoint) {
        current.remove(endpoint);
    }

    private static Optional<Integer> free(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            // As PostgreSQL does, so that connections of the last server that linger are no obstacle.
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(LOOPBACK, port));
            return Optional.of(probe.getLocalPort());
        } catch (IOException taken) {
            return Optional.empty();
        }
    }
}
