package dev.reveille.session.pool;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.statement.StatementOutcome;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The compute connections of one endpoint, and who gets which: an idle one of the same database, role and parameters, the
 * one that was used last first; or one that will be free in a moment; or a new one while there is room; or one that is
 * closed to make room; or a place in the queue. Runs on one loop, and so do its connections.
 *
 * <pre>
 *   serving ──nothing is left, and nobody comes──▶ retired ──▶ stopped
 * </pre>
 *
 * An idle connection does not keep its compute awake: the compute counts as used until some time after the last order.
 */
final class EndpointPool {

    sealed interface Command {}

    /** Carry this out. */
    record Run(Job job) implements Command {}

    /** Nobody wants the result of this job any more. */
    record GiveUp(Job job) implements Command {}

    /** The connection's job is done; it will be free in a moment. */
    record Forgetting(Member member) implements Command {}

    /** The connection is as good as new. */
    record Free(Member member) implements Command {}

    /** The connection stays with a transaction. */
    record Held(Member member) implements Command {}

    /** Carry this out on the connection that its transaction holds. */
    record CarryOn(Job job) implements Command {}

    /** The transaction that holds the connection is over, and to be rolled back. */
    record Release(Member member) implements Command {}

    /** The connection is dead, and its job was not carried out. */
    record Unsent(Member member) implements Command {}

    /** The compute ended this connection: idle ones of the same age may be dead too. */
    record Doubted(Member member) implements Command {}

    enum Order implements Command {
        /** Close what is idle, and the rest when it is done. */
        DRAIN,
        /** Close everything now. */
        HURRY
    }

    private record Closed(Member member) implements Command {}

    private record WaitOver(Job job) implements Command {}

    private enum Clock implements Command {
        TICK,
        GRACE_OVER
    }

    /** Long after nobody can have the address of a pool that has retired. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** How long the first in the queue is passed over for others who need no new connection. */
    private static final Duration PASSED_OVER_MAX = Duration.ofMillis(100);

    static Behavior<Command> create(
            EndpointKey endpoint, PoolRoles roles, ActorRef<LoopPools.Command> parent, boolean draining) {
        return Behaviors.setup(context -> new EndpointPool(context, endpoint, roles, parent, draining).serving());
    }

    private final ActorContext<Command> context;
    private final EndpointKey endpoint;
    private final PoolRoles roles;
    private final ActorRef<LoopPools.Command> parent;
    private final boolean pooling;
    private final Members members;
    private final WaitingLine waiting;
    private final PoolUse use;
    private boolean draining;
    private boolean hurried;
    private boolean ticking;

    private EndpointPool(
            ActorContext<Command> context,
            EndpointKey endpoint,
            PoolRoles roles,
            ActorRef<LoopPools.Command> parent,
            boolean draining) {
        this.context = context;
        this.endpoint = endpoint;
        this.roles = roles;
        this.parent = parent;
        this.draining = draining;
        this.members = new Members(roles.settings(), roles.counters());
        this.waiting = new WaitingLine(roles.counters().waiting);
        this.use = new PoolUse(endpoint, roles.usage());
        this.pooling = endpoint.isShared();
    }

    private Behavior<Command> serving() {
        return Behaviors.receive(Command.class)
                .onAnyMessage(command -> {
                    Behavior<Command> next = handle(command);
                    tellIfEmpty();
                    return next;
                })
                .onSignal(PostStop.class, _ -> {
                    settle();
                    return Behaviors.same();
                })
                .build();
    }

    private Behavior<Command> handle(Command command) {
        switch (command) {
            // What comes with every statement comes first here, too: cases are tried in order.
            case Run(Job job) -> run(job);
            case Forgetting(Member member) -> occupy(member, Member.Occupation.FORGETTING);
            case Free(Member member) -> free(member);
            case GiveUp(Job job) -> giveUp(job);
            case Held(Member member) -> occupy(member, Member.Occupation.HELD);
            case CarryOn(Job job) -> carryOn(job);
            case Release(Member member) -> release(member);
            case Unsent(Member member) -> unsent(member);
            case Doubted _ -> members.closeIdle();
            case Closed(Member member) -> closed(member);
            case WaitOver(Job job) -> waitOver(job);
            case Order.DRAIN -> drain();
            case Order.HURRY -> hurry();
            case Clock.TICK -> {
                return tick();
            }
            case Clock.GRACE_OVER -> {}
        }
        return Behaviors.same();
    }

    /** Whoever still comes is sent back to the one who knows where to go. */
    private Behavior<Command> retired() {
        return Behaviors.receiveMessage(command -> switch (command) {
            case Run(Job job) -> {
                parent.tell(new LoopPools.Admit(job));
                yield Behaviors.same();
            }
            case GiveUp(Job job) -> {
                parent.tell(new LoopPools.GiveUp(job));
                yield Behaviors.same();
            }
            case CarryOn(Job job) -> {
                job.end(Transactions.unknown());
                yield Behaviors.same();
            }
            case Clock.GRACE_OVER -> Behaviors.stopped();
            default -> Behaviors.same(); // Nothing is left that it could be about.
        });
    }

    // ---- jobs ----

    private void run(Job job) {
        if (job.cancelled()) {
            job.end(new StatementOutcome.Cancelled());
            return;
        }
        if (hurried) {
            job.end(new StatementOutcome.Unreached(SessionFailure.Plain.LEAVING));
            return;
        }
        use.begin();
        tickOn();
        serve(job);
    }

    private void serve(Job job) {
        Optional<Member> taken = job.order().mayUsePooled() ? members.takeIdleFor(job.order()) : Optional.empty();
        if (taken.isPresent()) {
            give(taken.get(), job);
        } else if (job.order().mayUsePooled() && oneWillBeFreeFor(job)) {
            await(job);
        } else if (!members.makeRoom()) {
            await(job);
        } else {
            open(job);
        }
    }

    private void give(Member member, Job job) {
        if (job.cancelled()) {
            job.end(new StatementOutcome.Cancelled());
            free(member);
            return;
        }
        roles.counters().hits.increment();
        member.isGiven(job);
        job.givenTo(member);
        member.tell(new PooledConnection.Carry(job));
    }

    private void open(Job job) {
        Member member = new Member(job.order().pool(), job.order().keys());
        ActorRef<PooledConnection.Command> connection = context.spawnAnonymous(
                PooledConnection.create(roles, context.getSelf(), member, job),
                DispatcherSelector.fromConfig(roles.dispatcher()));
        member.is(connection);
        context.watchWith(connection, new Closed(member));
        member.isGiven(job);
        members.add(member);
        job.givenTo(member);
    }

    private void carryOn(Job job) {
        Member member = job.member().orElseThrow();
        if (member.occupation() == Member.Occupation.HELD) {
            member.isGiven(job);
            member.tell(new PooledConnection.Carry(job));
        } else {
            job.end(Transactions.unknown()); // Its connection is gone, and took it along.
        }
    }

    private void release(Member member) {
        if (member.occupation() == Member.Occupation.HELD) {
            member.tell(PooledConnection.Order.FORGET);
        }
    }

    private void await(Job job) {
        if (waiting.size() >= roles.settings().waitersMax()) {
            refuse(job);
            return;
        }
        roles.counters().waits.increment();
        waiting.add(job, context.scheduleOnce(roles.settings().waitMax(), context.getSelf(), new WaitOver(job)));
    }

    private void waitOver(Job job) {
        if (waiting.remove(job)) {
            refuse(job);
        }
    }

    private void refuse(Job job) {
        roles.counters().refusals.increment();
        job.end(new StatementOutcome.Unreached(SessionFailure.Plain.TOO_MANY_STATEMENTS));
    }

    private void giveUp(Job job) {
        if (waiting.remove(job)) {
            job.end(new StatementOutcome.Cancelled());
        } else {
            job.member()
                    .filter(member -> member.occupation() != Member.Occupation.GONE)
                    .ifPresent(member -> member.tell(new PooledConnection.GiveUp(job)));
        }
    }

    /** What the connection was given before it could say that it is gone; what it did take, it has ended. */
    private void unsent(Member member) {
        Optional<Job> given = member.takeBack().filter(job -> !job.isOver());
        members.drop(member);
        given.ifPresent(job -> {
            if (job.plan().repeat() == Plan.Repeat.NEVER) {
                job.end(Transactions.unknown());
            } else {
                roles.counters().retries.increment();
                run(job);
            }
        });
    }

    // ---- connections ----

    private boolean oneWillBeFreeFor(Job job) {
        return pooling
                && !draining
                && members.soonFreeFor(job.order()) > waiting.count(job.order().pool());
    }

    private void occupy(Member member, Member.Occupation occupation) {
        member.takeBack();
        if (member.occupation() != Member.Occupation.GONE) {
            member.occupiedBy(occupation);
        }
        use.touch();
    }

    private void free(Member member) {
        if (member.occupation() == Member.Occupation.GONE) {
            return;
        }
        use.touch();
        if (!pooling || draining && waiting.isEmpty()) {
            members.close(member);
            serveNext();
            return;
        }
        Optional<Job> next = waiting.takeFor(member, PASSED_OVER_MAX);
        if (next.isPresent()) {
            give(member, next.get());
        } else if (!waiting.isEmpty()) {
            members.close(member);
            serveNext();
        } else {
            members.rest(member);
        }
    }

    private void serveNext() {
        while (!waiting.isEmpty() && members.makeRoom()) {
            waiting.takeFirst().ifPresent(this::open);
        }
    }

    private void closed(Member member) {
        unsent(member);
        serveNext();
    }

    // ---- time and the end ----

    private void tickOn() {
        if (!ticking) {
            ticking = true;
            context.scheduleOnce(roles.settings().useHold(), context.getSelf(), Clock.TICK);
        }
    }

    private Behavior<Command> tick() {
        use.tick(members.anyAtWork() || !waiting.isEmpty());
        members.tick();
        if (use.isOn() || !members.isEmpty() || !waiting.isEmpty()) {
            context.scheduleOnce(roles.settings().useHold(), context.getSelf(), Clock.TICK);
            return Behaviors.same();
        }
        parent.tell(new LoopPools.Retires(endpoint, context.getSelf()));
        context.scheduleOnce(GRACE, context.getSelf(), Clock.GRACE_OVER);
        return retired();
    }

    private void drain() {
        draining = true;
        members.closeIdle();
    }

    private void hurry() {
        draining = true;
        hurried = true;
        waiting.removeAll().forEach(job -> job.end(new StatementOutcome.Unreached(SessionFailure.Plain.LEAVING)));
        members.closeNow();
    }

    private void tellIfEmpty() {
        if (draining && members.isEmpty() && waiting.isEmpty()) {
            parent.tell(new LoopPools.Empty(context.getSelf()));
        }
    }

    private void settle() {
        waiting.removeAll().forEach(job -> job.end(new StatementOutcome.Unreached(SessionFailure.Plain.LEAVING)));
        members.forgetAll();
        use.end();
    }
}
