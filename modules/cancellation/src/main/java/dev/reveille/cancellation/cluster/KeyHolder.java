package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelHolder;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.KeyListener;
import dev.reveille.cancellation.cluster.HolderCommand.CancelHere;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import dev.reveille.cancellation.cluster.HolderCommand.RegisterAgain;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;

/**
 * Speaks for the sessions of its node: registers their keys with the shards, and carries out the cancel requests that
 * other nodes received for them. One on each node, under {@link #NAME}, so that it can be found without a shard.
 *
 * <p>It keeps no keys: {@link CancelKeys} has them, before this actor starts and after it stops. Each shard is told now
 * and then how many keys it should know; where a shard has moved and lost them, it asks and gets them again, in the
 * background and not all at once.
 */
final class KeyHolder extends AbstractBehavior<KeyHolder.Message> {

    /** The name of the system actor: {@code pekko://reveille@HOST:PORT/system/cancel-keys}. */
    static final String NAME = "cancel-keys";

    private static final Duration PACE = Duration.ofMillis(100);
    private static final int PACES_PER_SECOND = 10;

    sealed interface Message permits HolderCommand, Issued, Forgotten, CensusDue, Counted, PaceDue, Over {}

    private record Issued(long key, CancelRecord record) implements Message {
        @Override
        public String toString() {
            return "Issued[***]";
        }
    }

    private record Forgotten(long key) implements Message {
        @Override
        public String toString() {
            return "Forgotten[***]";
        }
    }

    private enum CensusDue implements Message {
        INSTANCE
    }

    /** Comes back to this actor behind all that was on its way to it during the count. */
    private record Counted(Registrations.Count count) implements Message {}

    private enum PaceDue implements Message {
        INSTANCE
    }

    /** Carried out, or given up: whichever comes first. */
    private record Over(long request) implements Message {}

    private final CancelKeys keys;
    private final ClusterLimits limits;
    private final TimerScheduler<Message> timers;
    private final Registrations registrations;
    private final Map<Long, ActorRef<Outcome>> carryingOut = new HashMap<>();
    private long requests;

    private KeyHolder(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            CancelKeys keys,
            ActorRef<ShardingEnvelope<CancellationShard.Command>> shards,
            int shardCount,
            ClusterLimits limits) {
        super(context);
        this.keys = keys;
        this.limits = limits;
        this.timers = timers;
        ActorRef<Message> self = context.getSelf();
        this.registrations = new Registrations(shards, shardCount, self.narrow());
        keys.tell(new KeyListener() {
            @Override
            public void issued(long key, CancelRecord record) {
                self.tell(new Issued(key, record));
            }

            @Override
            public void forgotten(long key) {
                self.tell(new Forgotten(key));
            }
        });
        // After the listener is in place, so that no key falls between; one that is told twice does no harm.
        keys.forEach(registrations::later);
        timers.startTimerWithFixedDelay(CensusDue.INSTANCE, limits.censusInterval());
        pace();
    }

    /** {@code shards} is where a message to any of the {@code shardCount} shards is left. */
    static Behavior<Message> create(
            CancelKeys keys,
            ActorRef<ShardingEnvelope<CancellationShard.Command>> shards,
            int shardCount,
            ClusterLimits limits) {
        Behavior<Message> holder = Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new KeyHolder(context, timers, keys, shards, shardCount, limits)));
        // It keeps nothing that it does not find again in the keys.
        return Behaviors.supervise(holder).onFailure(SupervisorStrategy.restart());
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder().onMessage(Message.class, this::decide).build();
    }

    private Behavior<Message> decide(Message message) {
        switch (message) {
            case Issued(long key, CancelRecord record) -> registrations.now(key, record);
            case Forgotten(long key) -> registrations.end(key);
            case CensusDue _ -> getContext().getSelf().tell(new Counted(registrations.count(keys)));
            case Counted(var count) -> registrations.census(count);
            case RegisterAgain again -> registerAgain(again.shard());
            case PaceDue _ -> pace();
            case CancelHere here -> cancel(here);
            case Over(long request) -> over(request);
        }
        return this;
    }

    private void registerAgain(int shard) {
        keys.forEach((key, record) -> {
            if (registrations.shardOf(key) == shard) {
                registrations.later(key, record);
            }
        });
        pace();
    }

    private void pace() {
        if (registrations.isBehind() && !timers.isTimerActive(PaceDue.INSTANCE)) {
            registrations.catchUp(Math.max(1, limits.registrationsPerSecond() / PACES_PER_SECOND));
            timers.startSingleTimer(PaceDue.INSTANCE, PACE);
        }
    }

    private void cancel(CancelHere here) {
        Optional<CancelHolder> session = keys.holder(here.key());
        if (session.isEmpty()) {
            here.replyTo().tell(Outcome.NOT_HELD);
        } else if (carryingOut.size() >= limits.carryingOutMax()) {
            getContext().getLog().warn("too many cancel requests at once; one from another node is dropped");
            here.replyTo().tell(Outcome.HANDLED);
        } else {
            long request = ++requests;
            carryingOut.put(request, here.replyTo());
            timers.startSingleTimer(request, new Over(request), limits.carriedOutMax());
            ActorRef<Message> self = getContext().getSelf();
            session.get().cancel(here.origin(), () -> self.tell(new Over(request)));
        }
    }

    private void over(long request) {
        ActorRef<Outcome> replyTo = carryingOut.remove(request);
        if (replyTo != null) {
            timers.cancel(request);
            replyTo.tell(Outcome.HANDLED);
        }
    }
}
