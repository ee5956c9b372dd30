package dev.reveille.kit.sockets;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of loopback for somebody who will listen there in a moment. They lie below those that Linux gives to connections of
 * its own accord (ip(7), {@code ip_local_port_range}): between being found and being used none is taken by chance.
 */
public final class ListenPorts {

    private static final int FIRST = 10_000;
    private static final int LAST = 32_000;
    private static final int TRIES_MAX = 1_000;
    private static final Set<Integer> GIVEN = new HashSet<>();

    private ListenPorts() {}

    /** One on which nobody listens, and which was not given to anybody of this process before. Any thread. */
    public static synchronized int next() {
        for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (isFree(port) && GIVEN.add(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from %d to %d".formatted(FIRST, LAST));
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
