package dev.reveille.cancellation.cluster;

import static dev.reveille.cancellation.fakes.Sessions.session;

import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancellationSettings;
import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.Command;
import dev.reveille.cancellation.cluster.CancellationShard.Entry;
import dev.reveille.cancellation.cluster.CancellationShard.LookUp;
import dev.reveille.cancellation.cluster.CancellationShard.Register;
import dev.reveille.cancellation.cluster.CancellationShard.Unregister;
import dev.reveille.cancellation.queue.QueueSettings;
import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * How many stores and look-ups one shard carries to a store that answers after 0, 1 or 5 ms, and how many in batches of 8
 * with one in flight. A program, not a test: the shard, its callers and the store share this JVM, and there is no network.
 */
final class ShardBench {

    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final Duration MEASURED = Duration.ofSeconds(5);
    private static final int STORES_AT_ONCE = 4_000;
    private static final int LOOK_UPS_AT_ONCE = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private enum Load {
        STORES,
        LOOK_UPS,
        BOTH
    }

    private ShardBench() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.out.println("load      delay  batch x flights   commands/s   commands/batch   unsure");
        for (Load load : Load.values()) {
            for (int delay : new int[] {0, 1, 5}) {
                System.out.println(measure(load, Duration.ofMillis(delay), settings(128, 4)));
                System.out.println(measure(load, Duration.ofMillis(delay), settings(8, 1)));
            }
        }
    }

    private static String measure(Load load, Duration delay, CancellationSettings settings)
            throws InterruptedException {
        ActorTestKit kit = ActorTestKit.create();
        DelayedStore store = new DelayedStore(delay);
        LongAdder unsure = new LongAdder();
        AtomicBoolean running = new AtomicBoolean(true);
        Semaphore lookUps = new Semaphore(LOOK_UPS_AT_ONCE);
        try {
            ActorRef<HolderCommand> node = kit.<HolderCommand>createTestProbe().getRef();
            ActorRef<Command> shard = kit.spawn(CancellationShard.create(1, Optional.of(store), settings));
            store.stored = key -> shard.tell(new Unregister(key, node));
            ActorRef<Answer> caller = kit.spawn(Behaviors.receiveMessage(answer -> {
                if (answer instanceof CancellationShard.Unsure) {
                    unsure.increment();
                }
                lookUps.release();
                return Behaviors.same();
            }));
            List<Thread> loaders = new ArrayList<>();
            if (load != Load.LOOK_UPS) {
                CancelRecord record = session(1);
                loaders.add(loader(
                        running, store.stores, key -> shard.tell(new Register(List.of(new Entry(key, record)), node))));
            }
            if (load != Load.STORES) {
                loaders.add(loader(running, lookUps, key -> shard.tell(new LookUp(-key - 1, PATIENCE, caller))));
            }
            waits(WARM_UP);
            long commands = store.commands.sum();
            long batches = store.batches.sum();
            long unsureBefore = unsure.sum();
            long from = System.nanoTime();
            waits(MEASURED);
            double seconds = (System.nanoTime() - from) / 1e9;
            commands = store.commands.sum() - commands;
            batches = Math.max(1, store.batches.sum() - batches);
            running.set(false);
            for (Thread each : loaders) {
                each.join();
            }
            return "%-9s %2d ms  %5d x %d     %,12.0f   %10.1f      %,8d"
                    .formatted(
                            load,
                            delay.toMillis(),
                            settings.queue().batchMax(),
                            settings.queue().batchesMax(),
                            commands / seconds,
                            (double) commands / batches,
                            unsure.sum() - unsureBefore);
        } finally {
            running.set(false);
            kit.shutdownTestKit();
            store.close();
        }
    }

    private static Thread loader(AtomicBoolean running, Semaphore permits, Consumer<Long> send) {
        return Thread.ofPlatform().start(() -> {
            long key = 0;
            while (running.get()) {
                if (acquired(permits)) {
                    send.accept(key++);
                }
            }
        });
    }

    private static boolean acquired(Semaphore permits) {
        try {
            return permits.tryAcquire(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static void waits(Duration span) throws InterruptedException {
        new Semaphore(0).tryAcquire(span.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Settled from the start. */
    private static CancellationSettings settings(int batchMax, int batchesMax) {
        QueueSettings queue = QueueSettings.DEFAULTS;
        CancellationSettings usual = CancellationSettings.DEFAULTS;
        return new CancellationSettings(
                usual.shards(),
                usual.keysMax(),
                usual.lookUpMax(),
                Duration.ZERO,
                usual.registerAgainPause(),
                usual.restartsMax(),
                usual.restartsWithin(),
                new QueueSettings(
                        queue.life(),
                        batchMax,
                        batchesMax,
                        queue.batchTimeMax(),
                        queue.lookUpsMax(),
                        queue.putsMax(),
                        queue.removesMax(),
                        queue.replayRate(),
                        queue.pauseMin(),
                        queue.pauseMax(),
                        queue.refusedPause(),
                        queue.sampleMax(),
                        queue.samplePause()));
    }

    /** Does as asked, after a while. */
    private static final class DelayedStore implements KeyStore, AutoCloseable {

        private final Duration delay;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        private final LongAdder commands = new LongAdder();
        private final LongAdder batches = new LongAdder();
        private final Semaphore stores = new Semaphore(STORES_AT_ONCE);
        private volatile Consumer<Long> stored = _ -> {};

        DelayedStore(Duration delay) {
            this.delay = delay;
        }

        @Override
        public CompletionStage<List<StoreReply>> execute(List<StoreCommand> batch) {
            CompletableFuture<List<StoreReply>> replies = new CompletableFuture<>();
            if (delay.isZero()) {
                answer(batch, replies);
            } else {
                clock.schedule(() -> answer(batch, replies), delay.toNanos(), TimeUnit.NANOSECONDS);
            }
            return replies;
        }

        @Override
        public Runnable watch(Consumer<StoreLink> listener) {
            listener.accept(StoreLink.UP);
            return () -> {};
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }

        private void answer(List<StoreCommand> batch, CompletableFuture<List<StoreReply>> replies) {
            List<StoreReply> done = new ArrayList<>(batch.size());
            int puts = 0;
            for (StoreCommand command : batch) {
                done.add(command instanceof StoreCommand.Fetch ? new StoreReply.Missing() : new StoreReply.Done());
                puts += command instanceof StoreCommand.Put ? 1 : 0;
            }
            batches.increment();
            commands.add(batch.size());
            replies.complete(done);
            for (StoreCommand command : batch) {
                if (command instanceof StoreCommand.Put) {
                    stored.accept(command.key());
                }
            }
            stores.release(puts);
        }
    }
}
