package dev.reveille.session.pool;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.statement.StatementOutcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The parent of all pools of one loop; runs on that loop, too. Orders come here only while their endpoint has no pool yet,
 * or has none any more.
 */
final class LoopPools {

    sealed interface Command {}

    /** Carry this out, on a pool that is made where need be. */
    record Admit(Job job) implements Command {}

    /** Nobody wants the result of this job any more. */
    record GiveUp(Job job) implements Command {}

    /** The pool has nothing left, and sends back whoever still comes. */
    record Retires(EndpointKey endpoint, ActorRef<EndpointPool.Command> pool) implements Command {}

    /** The pool, which was told to drain, has nothing left. */
    record Empty(ActorRef<EndpointPool.Command> pool) implements Command {}

    /** Let what runs end, and close everything else; {@code replyTo} hears when all is closed. */
    record Drain(ActorRef<Drained> replyTo) implements Command {}

    /** Nothing is left on a loop. */
    record Drained() {}

    enum Hurry implements Command {
        INSTANCE
    }

    private record Ended(EndpointKey endpoint, ActorRef<EndpointPool.Command> pool) implements Command {}

    /** @param places where the node's pools are, for those who look for one */
    static Behavior<Command> create(PoolRoles roles, ConcurrentMap<EndpointKey, PoolPlace> places) {
        return Behaviors.setup(context -> new LoopPools(context, roles, places).open());
    }

    private final ActorContext<Command> context;
    private final PoolRoles roles;
    private final ConcurrentMap<EndpointKey, PoolPlace> places;
    private final Map<EndpointKey, ActorRef<EndpointPool.Command>> pools = new HashMap<>();
    private final Set<ActorRef<EndpointPool.Command>> undrained = new HashSet<>();
    private Optional<ActorRef<Drained>> drainer = Optional.empty();
    private boolean hurried;

    private LoopPools(ActorContext<Command> context, PoolRoles roles, ConcurrentMap<EndpointKey, PoolPlace> places) {
        this.context = context;
        this.roles = roles;
        this.places = places;
    }

    private Behavior<Command> open() {
        return Behaviors.receiveMessage(command -> {
            switch (command) {
                case Admit(Job job) -> admit(job);
                case GiveUp(Job job) -> giveUp(job);
                case Retires(EndpointKey endpoint, ActorRef<EndpointPool.Command> pool) -> forget(endpoint, pool);
                case Ended(EndpointKey endpoint, ActorRef<EndpointPool.Command> pool) -> forget(endpoint, pool);
                case Empty(ActorRef<EndpointPool.Command> pool) -> drained(pool);
                case Drain(ActorRef<Drained> replyTo) -> drain(replyTo);
                case Hurry.INSTANCE -> hurry();
            }
            return Behaviors.same();
        });
    }

    private void admit(Job job) {
        if (hurried) {
            job.end(new StatementOutcome.Unreached(SessionFailure.Plain.LEAVING));
        } else {
            poolOf(job.order().pool().endpoint()).tell(new EndpointPool.Run(job));
        }
    }

    private ActorRef<EndpointPool.Command> poolOf(EndpointKey endpoint) {
        ActorRef<EndpointPool.Command> known = pools.get(endpoint);
        if (known != null) {
            return known;
        }
        ActorRef<EndpointPool.Command> made = context.spawnAnonymous(
                EndpointPool.create(endpoint, roles, context.getSelf(), drainer.isPresent()),
                DispatcherSelector.fromConfig(roles.dispatcher()));
        context.watchWith(made, new Ended(endpoint, made));
        pools.put(endpoint, made);
        if (drainer.isPresent()) {
            undrained.add(made);
        }
        places.computeIfPresent(endpoint, (_, place) -> place.isOf(context.getSelf()) ? place.with(made) : place);
        return made;
    }

    /** It may not have come yet; then the pool, or we, will see that it was given up. */
    private void giveUp(Job job) {
        Optional.ofNullable(pools.get(job.order().pool().endpoint()))
                .ifPresent(pool -> pool.tell(new EndpointPool.GiveUp(job)));
    }

    private void forget(EndpointKey endpoint, ActorRef<EndpointPool.Command> pool) {
        if (pools.remove(endpoint, pool)) {
            places.computeIfPresent(endpoint, (_, place) -> place.isOf(context.getSelf()) ? null : place);
        }
        drained(pool);
    }

    private void drain(ActorRef<Drained> replyTo) {
        drainer = Optional.of(replyTo);
        undrained.addAll(pools.values());
        undrained.forEach(pool -> pool.tell(EndpointPool.Order.DRAIN));
        tellIfDrained();
    }

    private void drained(ActorRef<EndpointPool.Command> pool) {
        if (undrained.remove(pool)) {
            tellIfDrained();
        }
    }

    private void tellIfDrained() {
        if (undrained.isEmpty()) {
            drainer.ifPresent(replyTo -> replyTo.tell(new Drained()));
        }
    }

    private void hurry() {
        hurried = true;
        pools.values().forEach(pool -> pool.tell(EndpointPool.Order.HURRY));
    }
}
