package dev.reveille.kit.sockets;

import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.protocol.startup.GssEncRequest;
import dev.reveille.protocol.startup.SslRequest;
import dev.reveille.protocol.startup.StartupMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A compute that plays a script with everybody who connects, each on a virtual thread of its own; the script says where
 * it keeps to the rules and where it breaks them.
 *
 * <pre>
 *   try (var compute = ListeningCompute.playing(visitor -&gt; {
 *       visitor.hearsStartup();
 *       visitor.says(bytes);
 *       visitor.dies();
 *   })) { … }
 * </pre>
 *
 * What a script throws ends its connection and nothing else. Any thread may change the script.
 */
public final class ListeningCompute implements AutoCloseable {

    /** What happens on one connection; it is closed when the script ends. */
    @FunctionalInterface
    public interface Script {
        void play(ComputeSide visitor) throws IOException;
    }

    private final ServerSocket door;
    private final Set<Socket> visitors = ConcurrentHashMap.newKeySet();
    private final AtomicInteger visits = new AtomicInteger();
    private final BlockingQueue<CancelRequest> cancelRequests = new LinkedBlockingQueue<>();
    private volatile Script script;

    private ListeningCompute(ServerSocket door, Script script) {
        this.door = door;
        this.script = script;
    }

    /** A compute on a free loopback port. */
    public static ListeningCompute playing(Script script) {
        try {
            ListeningCompute compute =
                    new ListeningCompute(new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()), script);
            Thread.ofVirtual().name("listening-compute").start(compute::receive);
            return compute;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** A compute that does everything right; {@link #cancelRequests} fills where it is asked to cancel. */
    public static ListeningCompute honest(ScramVerifier verifier, ComputeSide.Answers answers) {
        ListeningCompute compute = playing(_ -> {});
        compute.plays(compute.honestly(verifier, answers));
        return compute;
    }

    /** The script of a compute that does everything right. */
    public Script honestly(ScramVerifier verifier, ComputeSide.Answers answers) {
        return visitor -> {
            switch (visitor.hearsOpening()) {
                case StartupMessage _ -> {
                    visitor.admits(verifier);
                    visitor.greets();
                    visitor.serves(answers);
                }
                case CancelRequest request -> cancelRequests.add(request);
                case SslRequest _, GssEncRequest _ -> {}
            }
        };
    }

    /** Plays this from the next visitor on. */
    public void plays(Script next) {
        script = next;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) door.getLocalSocketAddress();
    }

    /** How many have come so far. */
    public int visits() {
        return visits.get();
    }

    /** The cancel requests that came, in order. */
    public BlockingQueue<CancelRequest> cancelRequests() {
        return cancelRequests;
    }

    /** Closes everything at once: connections are reset. */
    @Override
    public void close() {
        try {
            door.close();
            for (Socket visitor : visitors) {
                visitor.setSoLinger(true, 0);
                visitor.close();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void receive() {
        while (!door.isClosed()) {
            try {
                Socket visitor = door.accept();
                visits.incrementAndGet();
                visitors.add(visitor);
                Thread.ofVirtual().name("listening-compute-visitor").start(() -> play(visitor));
            } catch (IOException _) {
                return; // The door is closed.
            }
        }
    }

    private void play(Socket visitor) {
        try (visitor) {
            script.play(new ComputeSide(visitor));
        } catch (IOException _) {
            // The visitor left in the middle of the script.
        } finally {
            visitors.remove(visitor);
        }
    }
}
