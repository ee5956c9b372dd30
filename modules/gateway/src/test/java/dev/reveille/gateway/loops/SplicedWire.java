package dev.reveille.gateway.loops;

import static dev.reveille.gateway.loops.TestLoops.soon;

import dev.reveille.session.SessionSettings;
import dev.reveille.session.relay.Link;
import dev.reveille.session.relay.RelaySummary;
import dev.reveille.session.relay.Splice;
import dev.reveille.session.relay.WireEvent;
import dev.reveille.session.relay.WireStage;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.util.ByteString;

/** A relay between two real sockets of one loop, whose splice tells how many bytes took the shortcut. */
final class SplicedWire implements AutoCloseable {

    private final Wire clientSocket;
    private final Wire computeSocket;
    private final dev.reveille.session.relay.Wire relay;
    private final BlockingQueue<WireEvent> events = new LinkedBlockingQueue<>();
    private final AtomicLong cutShort = new AtomicLong();

    private SplicedWire(TestLoops loops) throws IOException {
        clientSocket = Wire.open(loops);
        computeSocket = Wire.roomy(loops);
        Loop loop = loops.first();
        Link client = onTheLoop(loop, () -> new CountingLink(loop.link(clientSocket.ours(), SocketSettings.DEFAULTS)));
        Link compute = onTheLoop(loop, () -> loop.link(computeSocket.ours(), SocketSettings.DEFAULTS));
        relay = loops.run(
                loop,
                SocketFlow.of(client)
                        .joinMat(
                                Flow.fromGraph(new WireStage(
                                        events::add,
                                        Optional.of(client),
                                        false,
                                        SessionSettings.DEFAULTS.lastWordsMax())),
                                Keep.right()));
        relay.attach(compute);
        relay.relay();
        settle();
    }

    /** In the middle of its relay. */
    static SplicedWire relaying(TestLoops loops) throws IOException {
        return new SplicedWire(loops);
    }

    Socket client() {
        return clientSocket.peer();
    }

    Socket compute() {
        return computeSocket.peer();
    }

    void clientBreaks() throws IOException {
        clientSocket.reset();
    }

    void computeBreaks() throws IOException {
        computeSocket.reset();
    }

    /** What the session holds. */
    dev.reveille.session.relay.Wire relay() {
        return relay;
    }

    /** Bytes that took the shortcut so far. */
    long cutShort() {
        return cutShort.get();
    }

    /** Returns when all orders given before have been carried out. */
    void settle() {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        relay.ask(System.nanoTime(), _ -> answer.complete(null));
        soon(answer);
    }

    RelaySummary reportsTheEnd() {
        try {
            WireEvent event = events.poll(TestLoops.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            while (event != null && !(event instanceof WireEvent.RelayEnded)) {
                event = events.poll(TestLoops.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (event instanceof WireEvent.RelayEnded(RelaySummary summary)) {
                return summary;
            }
            throw new AssertionError("the relay goes on");
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() throws IOException {
        relay.abort();
        clientSocket.close();
        computeSocket.close();
    }

    private static <T> T onTheLoop(Loop loop, java.util.function.Supplier<T> work) {
        return soon(CompletableFuture.supplyAsync(work, loop.eventLoop()));
    }

    /** Lets the splice's onlooker count. */
    private final class CountingLink implements Link {

        private final Link link;

        CountingLink(Link link) {
            this.link = link;
        }

        @Override
        public Optional<Splice> splice(Link compute, Splice.Onlooker onlooker) {
            return link.splice(compute, new Splice.Onlooker() {
                @Override
                public boolean toCompute(ByteBuffer bytes) {
                    cutShort.addAndGet(bytes.remaining());
                    return onlooker.toCompute(bytes);
                }

                @Override
                public boolean toClient(ByteBuffer bytes) {
                    cutShort.addAndGet(bytes.remaining());
                    return onlooker.toClient(bytes);
                }

                @Override
                public void keptFromCompute(ByteString bytes) {
                    onlooker.keptFromCompute(bytes);
                }

                @Override
                public void keptFromClient(ByteString bytes) {
                    onlooker.keptFromClient(bytes);
                }
            });
        }

        @Override
        public void open(Runnable changed) {
            link.open(changed);
        }

        @Override
        public ByteString take() {
            return link.take();
        }

        @Override
        public Condition condition() {
            return link.condition();
        }

        @Override
        public boolean ready() {
            return link.ready();
        }

        @Override
        public void send(ByteString bytes) {
            link.send(bytes);
        }

        @Override
        public void finishSending() {
            link.finishSending();
        }

        @Override
        public void close() {
            link.close();
        }

        @Override
        public void abort() {
            link.abort();
        }
    }
}
