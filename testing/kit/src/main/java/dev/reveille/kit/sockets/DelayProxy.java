package dev.reveille.kit.sockets;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A piece of network in front of a server on loopback: longer, cut, or healed.
 *
 * <pre>
 *   try (var wire = DelayProxy.to(redis.port())) {
 *       wire.delay(Duration.ofMillis(5));   // each way
 *       wire.cut();                         // nothing gets through, nothing is refused: as a network that is gone
 *       wire.heal();                        // what was sent meanwhile arrives
 *       wire.breakConnections();            // as a firewall that forgets
 *   }
 * </pre>
 *
 * Latency is added without taking away throughput. Any thread.
 */
public final class DelayProxy implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    /** Chunks under way in one direction; then reading stops, as with a window that is full. */
    private static final int CHUNKS_MAX = 1024;

    private final ServerSocket door;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition healed = lock.newCondition();
    private boolean cut;
    private volatile int target;
    private volatile Duration delay = Duration.ZERO;

    private DelayProxy(ServerSocket door, int target) {
        this.door = door;
        this.target = target;
    }

    /** A wire to a loopback port, from a free one; without delay at first. */
    public static DelayProxy to(int port) {
        return between(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), port);
    }

    /** A wire from {@code door}, any address of this machine, to a loopback port. */
    public static DelayProxy between(InetSocketAddress door, int port) {
        try {
            DelayProxy proxy = new DelayProxy(new ServerSocket(door.getPort(), 1024, door.getAddress()), port);
            Thread.ofVirtual().name("delay-proxy").start(proxy::accept);
            return proxy;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where to connect to. */
    public int port() {
        return door.getLocalPort();
    }

    /** New connections lead to this port from now on; the others stay where they are. */
    public void turnTo(int port) {
        target = port;
    }

    /** How long a byte takes from now on, each way. */
    public void delay(Duration time) {
        delay = time;
    }

    /** From now on nothing gets through. */
    public void cut() {
        change(true);
    }

    /** Everything gets through again, beginning with what has waited. */
    public void heal() {
        change(false);
    }

    /** Closes all connections. */
    public void breakConnections() {
        sockets.forEach(DelayProxy::closeQuietly);
    }

    @Override
    public void close() {
        heal();
        try {
            door.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        breakConnections();
    }

    private void change(boolean toCut) {
        lock.lock();
        try {
            cut = toCut;
            healed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitHealed() throws InterruptedException {
        lock.lock();
        try {
            while (cut) {
                healed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                sockets.add(client);
                Thread.ofVirtual().name("delay-proxy-connect").start(() -> connect(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        sockets.add(server);
        try {
            awaitHealed();
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            carry(client, server);
            carry(server, client);
        } catch (IOException refused) {
            end(client, server);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void carry(Socket from, Socket to) {
        DelayQueue<Chunk> underWay = new DelayQueue<>();
        Semaphore room = new Semaphore(CHUNKS_MAX);
        Thread.ofVirtual().name("delay-proxy-read").start(() -> read(from, underWay, room));
        Thread.ofVirtual().name("delay-proxy-write").start(() -> write(underWay, room, from, to));
    }

    private void read(Socket from, BlockingQueue<Chunk> underWay, Semaphore room) {
        byte[] buffer = new byte[CHUNK];
        long last = System.nanoTime();
        try (InputStream in = from.getInputStream()) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                room.acquire();
                last = dueAfter(last);
                underWay.add(new Chunk(Arrays.copyOf(buffer, length), last));
            }
        } catch (IOException broken) {
            // The end, as far as this direction goes.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        underWay.add(new Chunk(new byte[0], dueAfter(last)));
    }

    private void write(BlockingQueue<Chunk> underWay, Semaphore room, Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            for (Chunk chunk = underWay.take(); chunk.bytes().length > 0; chunk = underWay.take()) {
                awaitHealed();
                out.write(chunk.bytes());
                room.release();
            }
            awaitHealed();
        } catch (IOException broken) {
            // The other end is gone; so is this one, then.
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        end(from, to);
    }

    /** Bytes do not overtake others, even where the wire has become shorter. */
    private long dueAfter(long last) {
        return Math.max(last + 1, System.nanoTime() + delay.toNanos());
    }

    private void end(Socket one, Socket other) {
        sockets.remove(one);
        sockets.remove(other);
        closeQuietly(one);
        closeQuietly(other);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException failure) {
            // It was to be gone anyway.
        }
    }

    /** Bytes, and when they arrive; none of them stand for the end. */
    private record Chunk(byte[] bytes, long due) implements Delayed {

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(due, ((Chunk) other).due());
        }
    }
}
