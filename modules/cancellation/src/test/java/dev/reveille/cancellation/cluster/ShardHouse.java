package dev.reveille.cancellation.cluster;

import static dev.reveille.cancellation.fakes.Sessions.session;
import static dev.reveille.cancellation.fakes.Sessions.sharing;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.reveille.cancellation.CancellationSettings;
import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.Census;
import dev.reveille.cancellation.cluster.CancellationShard.Command;
import dev.reveille.cancellation.cluster.CancellationShard.Entry;
import dev.reveille.cancellation.cluster.CancellationShard.LookUp;
import dev.reveille.cancellation.cluster.CancellationShard.Register;
import dev.reveille.cancellation.cluster.CancellationShard.Unregister;
import dev.reveille.cancellation.queue.QueueSettings;
import dev.reveille.cancellation.store.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** One shard with its neighbours: nodes and callers are probes, the store is a script, and time is the test's. */
final class ShardHouse implements AutoCloseable {

    static final int SHARD = 17;
    static final Duration PATIENCE = Duration.ofMillis(200);

    private static final long MARKER = Long.MIN_VALUE;

    /** So that an actor's death has been told to all before anybody acts on it. */
    private static final Config ONE_THREAD = ConfigFactory.parseString("""
            pekko.actor.default-dispatcher {
              executor = thread-pool-executor
              thread-pool-executor.fixed-pool-size = 1
            }
            """);

    private final ActorTestKit kit = ActorTestKit.create(ONE_THREAD.withFallback(ManualTime.config()));
    private final ManualTime time = ManualTime.get(kit.system());
    private final AtomicLong nanos = new AtomicLong(-5_000_000_000L);
    private volatile boolean clockBreaks;

    final ScriptedKeyStore store = new ScriptedKeyStore();
    final TestProbe<Answer> caller = kit.createTestProbe();
    final ActorRef<Command> shard;

    private ShardHouse(CancellationSettings settings, boolean stored) {
        LongSupplier clock = () -> {
            if (clockBreaks) {
                clockBreaks = false;
                throw new IllegalStateException("the clock broke");
            }
            return nanos.get();
        };
        Optional<KeyStore> keeper = stored ? Optional.of(store) : Optional.empty();
        this.shard = kit.spawn(CancellationShard.create(SHARD, keeper, settings, clock));
        registers(node(), MARKER);
        if (stored) {
            store.hears().works();
        }
    }

    static ShardHouse settled(CancellationSettings settings) {
        ShardHouse house = new ShardHouse(settings, true);
        house.settles();
        return house;
    }

    static ShardHouse settled() {
        return settled(CancellationSettings.DEFAULTS);
    }

    static ShardHouse justStarted() {
        return new ShardHouse(CancellationSettings.DEFAULTS, true);
    }

    static ShardHouse withoutAStore() {
        return new ShardHouse(CancellationSettings.DEFAULTS, false);
    }

    static CancellationSettings limits(int keysMax, int restartsMax, QueueSettings queue) {
        CancellationSettings usual = CancellationSettings.DEFAULTS;
        return new CancellationSettings(
                usual.shards(),
                keysMax,
                usual.lookUpMax(),
                usual.settleMax(),
                usual.registerAgainPause(),
                restartsMax,
                usual.restartsWithin(),
                queue);
    }

    static CancellationSettings oneBatchInFlight() {
        QueueSettings usual = QueueSettings.DEFAULTS;
        return limits(
                100,
                10,
                new QueueSettings(
                        usual.life(),
                        8,
                        1,
                        usual.batchTimeMax(),
                        usual.lookUpsMax(),
                        usual.putsMax(),
                        usual.removesMax(),
                        usual.replayRate(),
                        usual.pauseMin(),
                        usual.pauseMax(),
                        usual.refusedPause(),
                        usual.sampleMax(),
                        usual.samplePause()));
    }

    void settles() {
        isQuiet();
        timePasses(CancellationSettings.DEFAULTS.settleMax());
    }

    TestProbe<HolderCommand> node() {
        return kit.createTestProbe();
    }

    TestProbe<Answer> anotherCaller() {
        return kit.createTestProbe();
    }

    void registers(TestProbe<HolderCommand> node, long... keys) {
        shard.tell(new Register(
                LongStream.of(keys)
                        .mapToObj(key -> new Entry(key, session((int) key)))
                        .toList(),
                node.getRef()));
    }

    void registersOneThatShares(TestProbe<HolderCommand> node, long key) {
        shard.tell(new Register(List.of(new Entry(key, sharing((int) key))), node.getRef()));
    }

    void ends(TestProbe<HolderCommand> node, long key) {
        shard.tell(new Unregister(key, node.getRef()));
    }

    /** As a node of the release before says it, and one where keys come and go at the moment. */
    void counts(TestProbe<HolderCommand> node, int keys) {
        shard.tell(new Census(keys, OptionalLong.empty(), node.getRef()));
    }

    /** The node has just these keys. */
    void has(TestProbe<HolderCommand> node, long... keys) {
        KeyTally tally = new KeyTally();
        LongStream.of(keys).forEach(tally::add);
        shard.tell(new Census(tally.count(), OptionalLong.of(tally.digest()), node.getRef()));
    }

    void asks(long key) {
        asks(caller, key);
    }

    void asks(TestProbe<Answer> caller, long key) {
        shard.tell(new LookUp(key, PATIENCE, caller.getRef()));
    }

    Answer answer() {
        return caller.receiveMessage();
    }

    /** The next thing that the shard is told fails. */
    void clockBreaks() {
        isQuiet();
        clockBreaks = true;
    }

    /** Time passes; the shard has dealt with everything before it, and comes by itself to what is due then. */
    void timePasses(Duration span) {
        isQuiet();
        nanos.addAndGet(span.toNanos());
        time.timePasses(span);
    }

    /** The shard has dealt with everything that was said to it before: a key that a node has is answered at once. */
    void isQuiet() {
        TestProbe<Answer> asker = kit.createTestProbe();
        asks(asker, MARKER);
        asker.receiveMessage();
    }

    /** Somebody stops, and the shard hears of it before whatever is said to it next. */
    void stops(TestProbe<?> somebody) {
        TestProbe<Done> witness = kit.createTestProbe();
        kit.spawn(Behaviors.setup(context -> {
            context.watch(somebody.getRef());
            witness.getRef().tell(Done.getInstance());
            return Behaviors.receiveSignal((_, _) -> {
                witness.getRef().tell(Done.getInstance());
                return Behaviors.stopped();
            });
        }));
        witness.receiveMessage();
        somebody.stop();
        witness.receiveMessage();
        isQuiet(); // What is said of a death is put behind what waits already.
    }

    void stops() {
        kit.stop(shard);
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
