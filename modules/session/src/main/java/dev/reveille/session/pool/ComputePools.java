package dev.reveille.session.pool;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.statement.StatementDesk;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/**
 * The pools of a node, one for each endpoint (spec 03 §10). A pool lives on one loop with all its connections: that of its
 * first caller where that is a loop, else each in turn. Callers on the same loop reach it without leaving their thread.
 * All methods may be called on any thread and return at once.
 */
public final class ComputePools implements StatementDesk {

    private final ActorSystem<?> system;
    private final PoolCounters counters;
    private final List<PoolRoles> roles;
    private final List<ActorRef<LoopPools.Command>> loops = new ArrayList<>();
    private final ConcurrentMap<EndpointKey, PoolPlace> places = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    private ComputePools(ActorSystem<?> system, String name, List<PoolRoles> roles, PoolCounters counters) {
        this.system = system;
        this.roles = List.copyOf(roles);
        this.counters = counters;
        for (PoolRoles ofLoop : roles) {
            loops.add(system.systemActorOf(
                    LoopPools.create(ofLoop, places),
                    name + "-" + loops.size(),
                    DispatcherSelector.fromConfig(ofLoop.dispatcher())));
        }
    }

    /**
     * Pools without connections yet.
     *
     * @param name for the actors, unique in the system
     * @param roles those of each loop, one or more, with the same counters
     */
    public static ComputePools open(ActorSystem<?> system, String name, List<PoolRoles> roles) {
        return new ComputePools(system, name, roles, roles.getFirst().counters());
    }

    @Override
    public StatementRun run(StatementOrder order, StatementListener listener) {
        Job job = job(order, Plan.of(order), listener);
        carry(job);
        return job;
    }

    /** What has been done so far. */
    public PoolCounters counters() {
        return counters;
    }

    /**
     * The node leaves: idle connections are closed, the others as soon as they are free. Orders that still come are carried
     * out. Ends when nothing is left, or at the latest after {@code patience}.
     */
    public CompletionStage<Done> drain(Duration patience) {
        CompletableFuture<?>[] drained = loops.stream()
                .map(loop -> AskPattern.<LoopPools.Command, LoopPools.Drained>ask(
                                loop, LoopPools.Drain::new, patience, system.scheduler())
                        .toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(drained).handle((_, _) -> Done.getInstance());
    }

    /** Patience is over: what runs is cancelled, everything is closed, and orders that still come are refused. */
    public void hurry() {
        loops.forEach(loop -> loop.tell(LoopPools.Hurry.INSTANCE));
    }

    // ---- for transactions ----

    Job job(StatementOrder order, Plan plan, StatementListener listener) {
        return new Job(order, plan, listener, this::giveUp);
    }

    void carry(Job job) {
        place(job.order().pool().endpoint()).run(job);
    }

    /** On the connection that it was given to. */
    void carryOn(Job job) {
        PoolPlace place = places.get(job.order().pool().endpoint());
        if (place == null || !place.tell(new EndpointPool.CarryOn(job))) {
            job.end(Transactions.unknown());
        }
    }

    void release(EndpointKey endpoint, Member member) {
        PoolPlace place = places.get(endpoint);
        if (place != null) {
            place.tell(new EndpointPool.Release(member));
        }
    }

    private void giveUp(Job job) {
        PoolPlace place = places.get(job.order().pool().endpoint());
        if (place != null) {
            place.giveUp(job);
        }
    }

    private PoolPlace place(EndpointKey endpoint) {
        PoolPlace known = places.get(endpoint);
        return known != null
                ? known
                : places.computeIfAbsent(endpoint, _ -> new PoolPlace(loopOfCaller(), Optional.empty()));
    }

    private ActorRef<LoopPools.Command> loopOfCaller() {
        for (int loop = 0; loop < roles.size(); loop++) {
            if (roles.get(loop).here().getAsBoolean()) {
                return loops.get(loop);
            }
        }
        return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
    }
}
