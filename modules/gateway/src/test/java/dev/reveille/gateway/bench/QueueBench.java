package dev.reveille.gateway.bench;

import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancellationSettings;
import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.Entry;
import dev.reveille.cancellation.cluster.CancellationShard.LookUp;
import dev.reveille.cancellation.cluster.CancellationShard.Register;
import dev.reveille.cancellation.cluster.CancellationShard.Unregister;
import dev.reveille.cancellation.cluster.HolderCommand;
import dev.reveille.cancellation.queue.KeyLife;
import dev.reveille.cancellation.queue.QueueSettings;
import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.kit.redis.RedisServer;
import dev.reveille.kit.sockets.DelayProxy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * How many stores and look-ups for each second reach Redis over a wire of some length: through one shard, through a node
 * with all its shards, and in the shape of the reference, one queue with batches of 8 and one in flight. Arguments: the
 * rounds, the seconds of warm-up and of measurement in each, and the delays in ms. Prints {@code queue, shape, delay in ms, round, stores/s,
 * look-ups/s, commands for each batch, failures}.
 *
 * <p>Everybody shares this process and the machine: callers, shards, Redis' client and the wire; Redis is its own process.
 */
final class QueueBench {

    /** Each lets a key be stored and then asks for another one; below the bounds of one queue, so none is refused. */
    private static final int CALLERS = 1_000;

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private enum Shape {
        REFERENCE(1, 8, 1),
        SHARD(1, QueueSettings.DEFAULTS.batchMax(), QueueSettings.DEFAULTS.batchesMax()),
        NODE(
                CancellationSettings.DEFAULTS.shards(),
                QueueSettings.DEFAULTS.batchMax(),
                QueueSettings.DEFAULTS.batchesMax());

        private final int shards;
        private final int batchMax;
        private final int batchesMax;

        Shape(int shards, int batchMax, int batchesMax) {
            this.shards = shards;
            this.batchMax = batchMax;
            this.batchesMax = batchesMax;
        }
    }

    private QueueBench() {}

    public static void main(String[] arguments) throws InterruptedException {
        int rounds = Integer.parseInt(arguments[0]);
        Duration warmUp = Duration.ofSeconds(Integer.parseInt(arguments[1]));
        Duration measured = Duration.ofSeconds(Integer.parseInt(arguments[2]));
        int[] delays = Stream.of(arguments).skip(3).mapToInt(Integer::parseInt).toArray();
        try (RedisServer redis = RedisServer.start();
                DelayProxy wire = DelayProxy.to(redis.port())) {
            measure(wire.port(), Shape.NODE, warmUp, measured); // The first of all pays for the JVM.
            for (int round = 0; round < rounds; round++) {
                for (int delay : delays) {
                    wire.delay(Duration.ofMillis(delay).dividedBy(2));
                    for (Shape shape : Shape.values()) {
                        Figures figures = measure(wire.port(), shape, warmUp, measured);
                        System.out.println(figures.line(shape, delay, round));
                        redis.call("FLUSHALL");
                    }
                }
            }
        }
        System.exit(0); // Redis' client leaves threads behind.
    }

    private record Figures(StoreCounter.Counts counts, double seconds) {
        String line(Shape shape, int delay, int round) {
            return "queue\t%s\t%d\t%d\t%.0f\t%.0f\t%.1f\t%d"
                    .formatted(
                            shape.name().toLowerCase(Locale.ROOT),
                            delay,
                            round,
                            counts.stores() / seconds,
                            counts.lookUps() / seconds,
                            (double) (counts.stores() + counts.lookUps()) / Math.max(1, counts.batches()),
                            counts.failures());
        }
    }

    private static Figures measure(int port, Shape shape, Duration warmUp, Duration measured)
            throws InterruptedException {
        QueueSettings queue = LoneNode.queue(KeyLife.DEFAULTS, shape.batchMax, shape.batchesMax);
        Load load = new Load();
        try (LoneNode node = LoneNode.start(port, shape.shards, queue, load::counting)) {
            load.begin(node);
            pass(warmUp);
            StoreCounter.Counts before = load.counts();
            long from = System.nanoTime();
            pass(measured);
            StoreCounter.Counts done = load.counts().since(before);
            double seconds = (System.nanoTime() - from) / 1e9;
            load.end();
            return new Figures(done, seconds);
        }
    }

    /** The callers: whenever one has been served it comes again. */
    private static final class Load {

        private final Semaphore away = new Semaphore(0);
        private final AtomicLong keys = new AtomicLong();
        private final CancelRecord record = Sessions.session(1);
        private final CompletableFuture<LoneNode> node = new CompletableFuture<>();
        private volatile Optional<StoreCounter> counter = Optional.empty();
        private volatile Optional<ActorRef<HolderCommand>> holder = Optional.empty();
        private volatile Optional<ActorRef<Answer>> answers = Optional.empty();
        private volatile boolean running = true;

        KeyStore counting(KeyStore store) {
            StoreCounter counted = new StoreCounter(store, this::stored);
            counter = Optional.of(counted);
            return counted;
        }

        StoreCounter.Counts counts() {
            return counter.orElseThrow().counts();
        }

        void begin(LoneNode lone) {
            holder = Optional.of(lone.system.systemActorOf(Behaviors.<HolderCommand>ignore(), "holder", Props.empty()));
            answers = Optional.of(lone.system.systemActorOf(
                    Behaviors.<Answer>receiveMessage(_ -> {
                        next();
                        return Behaviors.same();
                    }),
                    "answers",
                    Props.empty()));
            node.complete(lone);
            for (int at = 0; at < CALLERS; at++) {
                next();
            }
        }

        /** All callers are served once more and go. */
        void end() throws InterruptedException {
            running = false;
            if (!away.tryAcquire(CALLERS, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException(
                        "%d of %d callers got no answer".formatted(CALLERS - away.availablePermits(), CALLERS));
            }
        }

        private void next() {
            if (running) {
                long key = keys.getAndIncrement();
                node.join().tell(key, new Register(List.of(new Entry(key, record)), holder.orElseThrow()));
            } else {
                away.release();
            }
        }

        /** The key of a short session: it ends, and somebody asks for one that nobody has. */
        private void stored(long key) {
            node.join().tell(key, new Unregister(key, holder.orElseThrow()));
            long unknown = -key - 1;
            node.join().tell(unknown, new LookUp(unknown, PATIENCE, answers.orElseThrow()));
        }
    }

    private static void pass(Duration span) throws InterruptedException {
        new Semaphore(0).tryAcquire(span.toMillis(), TimeUnit.MILLISECONDS);
    }
}
