package dev.reveille.node.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A road to a compute on which sessions travel as they are, and cancel requests arrive late. */
final class SlowCancelRoad implements AutoCloseable {

    private static final int OPENING_LENGTH = 8;
    private static final int CANCEL_CODE = 1234 << 16 | 5678;

    private final InetSocketAddress compute;
    private final Duration delay;
    private final ServerSocket door = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    private final AtomicInteger cancels = new AtomicInteger();
    private final AtomicInteger arrived = new AtomicInteger();

    SlowCancelRoad(InetSocketAddress compute, Duration delay) throws IOException {
        this.compute = compute;
        this.delay = delay;
        Thread.ofVirtual().name("slow-cancel-road").start(this::receive);
    }

    int port() {
        return door.getLocalPort();
    }

    /** How many cancel requests have gone this way. */
    int cancels() {
        return cancels.get();
    }

    /** How many of them have reached the compute. */
    int arrived() {
        return arrived.get();
    }

    @Override
    public void close() throws IOException {
        door.close();
    }

    private void receive() {
        while (!door.isClosed()) {
            try {
                Socket visitor = door.accept();
                Thread.ofVirtual().name("slow-cancel-road-visitor").start(() -> lead(visitor));
            } catch (IOException _) {
                return; // The door is closed.
            }
        }
    }

    private void lead(Socket visitor) {
        try (visitor;
                Socket onward = new Socket(compute.getAddress(), compute.getPort())) {
            visitor.setTcpNoDelay(true);
            onward.setTcpNoDelay(true);
            byte[] opening = visitor.getInputStream().readNBytes(OPENING_LENGTH);
            boolean cancel = ByteBuffer.wrap(opening).getInt(Integer.BYTES) == CANCEL_CODE;
            if (cancel) {
                cancels.incrementAndGet();
                new CompletableFuture<Void>()
                        .completeOnTimeout(null, delay.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
            }
            onward.getOutputStream().write(opening);
            if (cancel) {
                arrived.incrementAndGet();
            }
            Thread back = Thread.ofVirtual().start(() -> carry(onward, visitor));
            carry(visitor, onward);
            back.join();
        } catch (IOException | InterruptedException _) {
            // One of the two has gone; the other goes with it.
        }
    }

    private static void carry(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            in.transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            // One of the two has gone.
        }
    }
}
