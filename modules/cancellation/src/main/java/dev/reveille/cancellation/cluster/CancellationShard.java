package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancellationSettings;
import dev.reveille.cancellation.queue.Batch;
import dev.reveille.cancellation.queue.KeptKey;
import dev.reveille.cancellation.queue.StoreQueue;
import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.cancellation.store.KeyStore.StoreLink;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows, for its part of all cancel keys of the cluster, which node holds the session; owns the batch queue to the key
 * store and every look-up that is under way (spec 02 §12, §d D1). There is one for each shard, on whichever node it lives;
 * what it knows is lost when it moves, and the nodes tell it again.
 *
 * <p>Callers only send messages: a look-up belongs to the shard from then on, so nobody who vanishes takes another's answer
 * along, and a shard that stops or is restarted answers all that are under way with {@link Unsure}. A restart keeps the
 * keys; what was to be stored is queued again, because every store may be repeated. A key that no node has is answered from
 * the store, but not before the nodes have had time to tell: until then, and while a node counts otherwise, the answer is
 * {@link Unsure}, and whoever asks does better to ask the nodes.
 */
public final class CancellationShard {

    /** Which of {@code shards} a key belongs to: 0 to {@code shards} - 1. The same on every node and in every release. */
    public static int shardOf(long key, int shards) {
        return Math.floorMod(Long.hashCode(key * 0x9E3779B97F4A7C15L), shards);
    }

    public sealed interface Command {}

    /** A session that {@code holder}'s node has got: sent once when it begins, and again when the shard has moved. */
    public record Register(List<Entry> entries, ActorRef<HolderCommand> holder) implements Command {}

    /**
     * A session is over. Believed where {@code holder} is who had it: a node may have forgotten a session that lives on with
     * another, or with its own next incarnation.
     *
     * @param holder who says so; nobody where the message came from a node of a release that did not tell
     */
    public record Unregister(long key, Optional<ActorRef<HolderCommand>> holder) implements Command {

        public Unregister(long key, ActorRef<HolderCommand> holder) {
            this(key, Optional.of(holder));
        }

        @Override
        public String toString() {
            return "Unregister[***]";
        }
    }

    /** Who holds this key? Answered within {@code patience}, once, whatever happens to anybody else. */
    public record LookUp(long key, Duration patience, ActorRef<Answer> replyTo) implements Command {
        @Override
        public String toString() {
            return "LookUp[***]";
        }
    }

    /**
     * How many keys of this shard {@code holder}'s node has registered, and which: sent now and then. A shard that counts
     * otherwise asks for all of them.
     *
     * @param digest of all these keys, see {@link KeyTally}; nothing while keys come and go at this very moment, and from a
     *     node of a release that did not tell
     */
    public record Census(int count, OptionalLong digest, ActorRef<HolderCommand> holder) implements Command {}

    /** One session's key. */
    public record Entry(long key, CancelRecord record) {
        @Override
        public String toString() {
            return "Entry[***]";
        }
    }

    /** The answer to a look-up. */
    public sealed interface Answer {}

    /** This node has the session. */
    public record Held(ActorRef<HolderCommand> holder) implements Answer {}

    /** No node has it, but the store knows what it takes. */
    public record Stored(CancelRecord record) implements Answer {}

    /** Nobody knows the key. */
    public record Unknown() implements Answer {}

    /** Nobody can tell at the moment; the shard may just have moved. */
    public record Unsure(String reason) implements Answer {}

    /** What the shard says to itself. */
    sealed interface Internal extends Command {}

    private record LinkChanged(StoreLink link) implements Internal {}

    private record BatchEnded(StoreQueue<Asker> queue, long batch, Optional<List<StoreReply>> replies)
            implements Internal {}

    /** The shard moves: what sharding says to it, since Pekko's own poison pill does not reach a typed actor here. */
    enum Stop implements Internal {
        INSTANCE
    }

    private enum Tick implements Internal {
        INSTANCE
    }

    /** Who waits for a look-up; each has a number of its own, because one caller may ask twice. */
    private record Asker(long number, long key, ActorRef<Answer> replyTo) {}

    /** What a restart does not take away. */
    private static final class Lasting {
        private final ShardEntries entries;
        private final long settledAt;
        private StoreLink link = StoreLink.DOWN;
        private boolean inDoubt;
        private Runnable unwatch = () -> {};

        Lasting(int keysMax, long settledAt) {
            this.entries = new ShardEntries(keysMax);
            this.settledAt = settledAt;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(CancellationShard.class);
    private static final int DIFFERENCES_MAX = 2;

    /** @param store where keys are kept besides; nowhere where the nodes' own knowledge is all there is */
    public static Behavior<Command> create(int shard, Optional<KeyStore> store, CancellationSettings settings) {
        return create(shard, store, settings, System::nanoTime);
    }

    static Behavior<Command> create(
            int shard, Optional<KeyStore> store, CancellationSettings settings, LongSupplier clock) {
        return Behaviors.setup(outer -> {
            Lasting lasting = new Lasting(
                    settings.keysMax(), clock.getAsLong() + settings.settleMax().toNanos());
            ActorRef<Command> self = outer.getSelf();
            store.ifPresent(keeper -> lasting.unwatch = keeper.watch(link -> self.tell(new LinkChanged(link))));
            Behavior<Command> shardBehaviour = Behaviors.setup(context -> Behaviors.withTimers(
                    timers -> new CancellationShard(context, timers, shard, store, settings, clock, lasting).begin()));
            return Behaviors.supervise(shardBehaviour)
                    .onFailure(
                            SupervisorStrategy.restart().withLimit(settings.restartsMax(), settings.restartsWithin()));
        });
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final int shard;
    private final Optional<KeyStore> store;
    private final CancellationSettings settings;
    private final LongSupplier clock;
    private final Lasting lasting;
    private final ShardEntries entries;
    private final StoreQueue<Asker> queue;
    private final QueuedCallers<Asker> callers;
    private long askers;
    private Optional<Asker> inHand = Optional.empty();
    private OptionalLong tickAt = OptionalLong.empty();

    private CancellationShard(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            int shard,
            Optional<KeyStore> store,
            CancellationSettings settings,
            LongSupplier clock,
            Lasting lasting) {
        this.context = context;
        this.timers = timers;
        this.shard = shard;
        this.store = store;
        this.settings = settings;
        this.clock = clock;
        this.lasting = lasting;
        this.entries = lasting.entries;
        this.queue = new StoreQueue<>(settings.queue(), new SplittableRandom(), this::fetched);
        this.callers = new QueuedCallers<>(context);
    }

    private Behavior<Command> begin() {
        long now = clock.getAsLong();
        queue.link(lasting.link, now);
        ShardEntries.Keeper keeper = keeper(now);
        entries.forEach(keeper::begin); // None, unless this is a restart.
        if (lasting.inDoubt) {
            queue.inheritDoubt(now);
        }
        carryOn(now);
        return Behaviors.receive(this::onCommand, this::onSignal);
    }

    private Behavior<Command> onCommand(ActorContext<Command> self, Command command) {
        switch (command) {
            case Register register -> register(register, clock.getAsLong());
            case Unregister(long key, var holder) -> entries.unregister(key, holder, keeper(clock.getAsLong()));
            case LookUp lookUp -> lookUp(lookUp);
            case Census census -> census(census, clock.getAsLong());
            case LinkChanged(StoreLink link) -> {
                lasting.link = link;
                queue.link(link, clock.getAsLong());
            }
            case BatchEnded ended -> ended(ended, clock.getAsLong());
            case Tick _ -> tickAt = OptionalLong.empty();
            case Stop _ -> {
                return Behaviors.stopped();
            }
        }
        carryOn(clock.getAsLong());
        return Behaviors.same();
    }

    private Behavior<Command> onSignal(ActorContext<Command> self, Signal signal) {
        switch (signal) {
            case Terminated gone -> forget(gone.getRef());
            case PreRestart _ -> close();
            case PostStop _ -> {
                lasting.unwatch.run(); // The store outlives its shards.
                close();
            }
            default -> {} // Signals are not sealed; no other concerns a shard.
        }
        return Behaviors.same();
    }

    private void register(Register register, long now) {
        watch(register.holder());
        ShardEntries.Keeper keeper = keeper(now);
        boolean wasFull = entries.isFull();
        boolean all = true;
        for (Entry entry : register.entries()) {
            all &= entries.register(entry.key(), entry.record(), register.holder(), keeper);
        }
        if (!all && !wasFull) {
            LOG.atWarn()
                    .addKeyValue("shard", shard)
                    .addKeyValue("keys", entries.size())
                    .log("no room for more cancel keys; newer sessions can be cancelled only through their own node");
        }
    }

    private void census(Census census, long now) {
        watch(census.holder());
        // A shard that has just started knows why it counts otherwise; later, messages may be under way.
        int differencesMax = isSettled(now) ? DIFFERENCES_MAX : 1;
        long pause = settings.registerAgainPause().toNanos();
        if (entries.differs(census, differencesMax, pause, now, keeper(now))) {
            census.holder().tell(new HolderCommand.RegisterAgain(shard, context.getSelf()));
        }
    }

    private void lookUp(LookUp lookUp) {
        Asker asker = new Asker(askers++, lookUp.key(), lookUp.replyTo());
        inHand = Optional.of(asker);
        Optional<ActorRef<HolderCommand>> holder = entries.holder(lookUp.key());
        long now = clock.getAsLong();
        if (holder.isPresent()) {
            answer(asker, new Held(holder.get()));
        } else if (!isSettled(now) || !entries.isComplete(DIFFERENCES_MAX)) {
            answer(asker, new Unsure("not all nodes have told their keys yet"));
        } else if (store.isEmpty()) {
            answer(asker, new Unknown());
        } else {
            long patience =
                    Math.min(lookUp.patience().toNanos(), settings.lookUpMax().toNanos());
            queue.lookUp(lookUp.key(), asker, now + patience);
        }
    }

    /** The queue's answer. The session may have been registered meanwhile, and then its node knows best. */
    private void fetched(Asker asker, StoreReply reply) {
        Optional<ActorRef<HolderCommand>> holder = entries.holder(asker.key());
        if (holder.isPresent()) {
            answer(asker, new Held(holder.get()));
            return;
        }
        answer(
                asker,
                switch (reply) {
                    case StoreReply.Found(CancelRecord record) -> new Stored(record);
                    case StoreReply.Missing _ -> new Unknown();
                    case StoreReply.Failed failed -> new Unsure(failed.reason());
                    case StoreReply.Done _ -> new Unsure("the store gave an answer to another question");
                });
    }

    private void answer(Asker asker, Answer answer) {
        inHand = inHand.filter(other -> !other.equals(asker));
        callers.answered(asker.replyTo(), asker);
        asker.replyTo().tell(answer);
    }

    private void ended(BatchEnded ended, long now) {
        if (ended.queue() != queue) {
            return; // It was sent before a restart, and what was in it is queued again.
        }
        if (ended.replies().isPresent()) {
            queue.replied(ended.batch(), ended.replies().get(), now);
        } else {
            queue.failed(ended.batch(), "the store failed", now);
        }
    }

    private void forget(ActorRef<Void> gone) {
        queue.forget(asker -> asker.replyTo().equals(gone));
        callers.gone(gone);
        entries.forget(gone.unsafeUpcast(), keeper(clock.getAsLong()));
        carryOn(clock.getAsLong());
    }

    /** Nobody is kept waiting for an answer that will not come. */
    private void close() {
        lasting.inDoubt = queue.isInDoubt();
        queue.close("the shard stops");
        inHand.ifPresent(asker -> answer(asker, new Unsure("the shard stops")));
    }

    private void carryOn(long now) {
        queue.expire(now);
        for (Optional<Batch> batch = queue.next(now); batch.isPresent(); batch = queue.next(now)) {
            send(batch.get());
        }
        inHand.filter(asker -> queue.isQueued(asker.key())).ifPresent(asker -> callers.queued(asker.replyTo(), asker));
        inHand = Optional.empty();
        tick(now);
    }

    private void send(Batch batch) {
        context.pipeToSelf(
                execute(batch),
                (replies, failure) ->
                        new BatchEnded(queue, batch.id(), failure == null ? Optional.of(replies) : Optional.empty()));
    }

    private CompletionStage<List<StoreReply>> execute(Batch batch) {
        try {
            return store.orElseThrow().execute(batch.commands());
        } catch (RuntimeException broken) {
            return CompletableFuture.failedFuture(broken);
        }
    }

    /** One timer at most, and none while nothing is due; one that turns out too early is cheaper than one for each event. */
    private void tick(long now) {
        OptionalLong due = queue.nextDue(now);
        if (due.isEmpty() || tickAt.isPresent() && tickAt.getAsLong() - due.getAsLong() <= 0) {
            return;
        }
        tickAt = due;
        timers.startSingleTimer(Tick.INSTANCE, Duration.ofNanos(Math.max(0, due.getAsLong() - now)));
    }

    /** Where there is no store nothing is queued for one. */
    private ShardEntries.Keeper keeper(long now) {
        return store.isEmpty()
                ? ShardEntries.Keeper.NOBODY
                : new ShardEntries.Keeper() {
                    @Override
                    public void begin(KeptKey kept) {
                        if (!kept.record().shared()) {
                            queue.begin(kept, now);
                        }
                    }

                    @Override
                    public void end(KeptKey kept) {
                        if (!kept.record().shared()) {
                            queue.end(kept, now);
                        }
                    }

                    @Override
                    public void abandon(KeptKey kept) {
                        if (!kept.record().shared()) {
                            queue.abandon(kept);
                        }
                    }
                };
    }

    private void watch(ActorRef<HolderCommand> holder) {
        if (entries.isNew(holder)) {
            context.watch(holder);
        }
    }

    private boolean isSettled(long now) {
        return now - lasting.settledAt >= 0;
    }
}
