package dev.reveille.session.pool;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.line.FrameReader;
import dev.reveille.session.line.Line;
import dev.reveille.session.pool.PooledConnection.Command;
import dev.reveille.session.statement.StatementListener.Origin;
import dev.reveille.session.statement.StatementOutcome;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ExtensibleBehavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/**
 * A connection that is logged in: carries out one job after the other, and forgets each user before the next.
 *
 * <pre>
 *           Carry                answer                 forgotten, status I, no error
 *   IDLE ───────────▶ CARRYING ─────────▶ FORGETTING ────────────────────────────────▶ IDLE
 *                        │ └─held─▶ HELD       │
 *                        │                     │ anything else
 *                        └── broken, poisoned ─┴────────────▶ LEAVING ──▶ stopped
 * </pre>
 *
 * Once a cancel request has been sent, the connection serves nobody before the request has been delivered, the statement has
 * ended, and it has forgotten after that: so it can hit no later statement (spec 03 §9).
 */
final class Serving extends ExtensibleBehavior<Command> implements FrameReader.Reader {

    private enum Phase {
        IDLE,
        CARRYING,
        FORGETTING,
        HELD,
        LEAVING
    }

    private final ActorContext<Command> context;
    private final PoolRoles roles;
    private final ActorRef<EndpointPool.Command> pool;
    private final Member member;
    private final Line line;
    private final Resets resets;
    private final Cancelling cancelling;
    private final Deadline deadline;
    private final Forgetting forgetting;
    private final FrameReader reader = new FrameReader(this);
    private final Runnable bell;

    private Phase phase = Phase.IDLE;
    private Optional<Job> job = Optional.empty();
    private Optional<Errand> errand = Optional.empty();
    private boolean fresh = true;
    private byte status = 'I';
    private boolean tooSlow;

    Serving(
            ActorContext<Command> context,
            PoolRoles roles,
            ActorRef<EndpointPool.Command> pool,
            Member member,
            Line line,
            Resets resets,
            Optional<CancelTarget> cancelTarget) {
        this.context = context;
        this.roles = roles;
        this.pool = pool;
        this.member = member;
        this.line = line;
        this.resets = resets;
        this.cancelling = new Cancelling(context, roles, cancelTarget);
        this.deadline = new Deadline(context);
        this.forgetting = new Forgetting(
                line,
                resets,
                cancelling,
                new LooseDeadline(context, roles.settings().resetMax(), PooledConnection.ForgetClock.RANG));
        ActorRef<Command> self = context.getSelf();
        this.bell = () -> self.tell(PooledConnection.Bell.RANG);
    }

    Behavior<Command> begin(Job first, Origin origin) {
        carry(first, origin);
        return next(this);
    }

    @Override
    public Behavior<Command> receive(TypedActorContext<Command> actor, Command command) {
        switch (command) {
            case PooledConnection.Bell.RANG -> work();
            case PooledConnection.Carry(Job next) -> take(next);
            case PooledConnection.GiveUp(Job given) -> giveUp(given);
            case PooledConnection.Order order -> obey(order);
            case PooledConnection.CancelStep.DELIVERED -> delivered();
            case PooledConnection.CancelStep.PATIENCE_OVER -> patienceOver();
            case PooledConnection.Rang(int rung) -> rang(rung);
            case PooledConnection.ForgetClock.RANG -> forgetClockRang();
            case PooledConnection.Dialled _, PooledConnection.ComputeAnswered _, PooledConnection.PauseOver _ -> {
                return Behaviors.unhandled(); // It is open.
            }
        }
        return next(Behaviors.same());
    }

    @Override
    public Behavior<Command> receiveSignal(TypedActorContext<Command> actor, Signal signal) {
        if (signal instanceof PostStop) {
            deadline.stop();
            line.abort();
            cancelling.settle();
            job.ifPresent(left -> left.end(new StatementOutcome.Lost(SessionFailure.Plain.STATEMENT_LOST)));
        }
        return Behaviors.same();
    }

    private Behavior<Command> next(Behavior<Command> otherwise) {
        if (phase == Phase.LEAVING && !cancelling.isUnderWay()) {
            line.close();
            return Behaviors.stopped();
        }
        return otherwise;
    }

    // ---- carrying ----

    private void take(Job next) {
        work(); // It may have ended, and nobody has looked yet.
        if (phase == Phase.LEAVING) {
            pool.tell(new EndpointPool.Unsent(member));
        } else {
            fresh = false;
            carry(next, Origin.POOLED);
        }
    }

    private void carry(Job next, Origin origin) {
        job = Optional.of(next);
        resets.before(next.plan().statements());
        Errand begun = new Errand(next, resets.order(), roles.settings().messageLengthMax());
        errand = Optional.of(begun);
        phase = Phase.CARRYING;
        tooSlow = false;
        next.carriedBy(bell);
        next.order().statementMax().ifPresent(deadline::allow);
        next.reached(origin);
        line.say(begun.next());
        sayMore();
    }

    private void sayMore() {
        while (phase == Phase.CARRYING && line.takesMore()) {
            ByteString more = errand.orElseThrow().next();
            if (more.isEmpty()) {
                return;
            }
            line.say(more);
        }
    }

    private void work() {
        if (phase == Phase.LEAVING) {
            return;
        }
        line.sayOn();
        sayMore();
        if (phase == Phase.CARRYING && job.orElseThrow().paused()) {
            return;
        }
        line.hear(reader);
        sayMore();
        if (phase != Phase.LEAVING && line.ended()) {
            broken();
        }
    }

    // ---- hearing ----

    @Override
    public FrameReader.Wish begins(byte tag, int length) {
        if (phase == Phase.CARRYING) {
            FrameReader.Wish wish = errand.orElseThrow().begins(tag, length);
            if (wish == FrameReader.Wish.STOP) {
                over();
            }
            return wish;
        }
        if (length < 0 || phase == Phase.LEAVING) {
            leave();
            return FrameReader.Wish.STOP;
        }
        return tag == 'Z' || tag == 'E' && length <= roles.settings().messageLengthMax()
                ? FrameReader.Wish.READ
                : FrameReader.Wish.SKIP;
    }

    @Override
    public void frame(byte tag, byte[] bytes, int offset, int length) {
        if (phase == Phase.CARRYING) {
            hear(tag, bytes, offset, length);
        } else if (phase == Phase.FORGETTING) {
            if (tag == 'E') {
                forgetting.refuse();
            } else {
                forgot(length > 0 ? bytes[offset] : 0);
            }
        } else {
            // Nobody asked it anything: it says that it goes.
            pool.tell(new EndpointPool.Doubted(member));
            leave();
        }
        if (phase == Phase.LEAVING) {
            reader.stop();
        }
    }

    private void hear(byte tag, byte[] bytes, int offset, int length) {
        Errand running = errand.orElseThrow();
        try {
            running.hear(tag, bytes, offset, length);
        } catch (ProtocolViolation malformed) {
            end(new StatementOutcome.Lost(new SessionFailure.ComputeBabbled(malformed.getMessage())));
            leave();
            return;
        }
        if (running.outcome().isPresent()) {
            over();
        } else if ((tag == 'C' || tag == 'I') && !tooSlow) {
            job.orElseThrow().order().statementMax().ifPresent(deadline::allow);
        }
    }

    /** The errand has come to an end, one way or the other. */
    private void over() {
        Errand done = errand.orElseThrow();
        Job carried = job.orElseThrow();
        StatementOutcome ended = done.outcome().orElseThrow();
        StatementOutcome outcome = tooSlow ? TimeLimit.inItsWords(ended) : ended;
        status = done.status();
        deadline.stop();
        errand = Optional.empty();
        job = Optional.empty();
        boolean unread = outcome instanceof StatementOutcome.RowTooLong;
        if (done.fatal()) {
            pool.tell(new EndpointPool.Doubted(member));
        }
        if (done.fatal() && mayTryAgain(done, carried)) {
            pool.tell(new EndpointPool.Unsent(member));
            leave();
            return;
        }
        if (unread) {
            cancelling.begin();
        }
        if (done.poisoned() || cancelling.isBegun() && carried.plan().transaction()) {
            leave();
        } else if (carried.plan().afterwards() == Plan.Afterwards.HOLD) {
            hold(carried, outcome);
            return;
        } else {
            phase = Phase.FORGETTING;
            pool.tell(new EndpointPool.Forgetting(member));
            forgetting.begin(done.forgetSaid(), status);
        }
        carried.end(outcome);
    }

    /** Only when no cancel request is under way any more the transaction may go on. */
    private void hold(Job carried, StatementOutcome outcome) {
        phase = Phase.HELD;
        carried.heldWith(status);
        pool.tell(new EndpointPool.Held(member));
        StatementOutcome told = carried.cancelled() ? new StatementOutcome.Cancelled() : outcome;
        if (cancelling.isUnderWay()) {
            cancelling.whenDelivered(() -> carried.end(told));
        } else {
            cancelling.forget();
            carried.end(told);
        }
    }

    private boolean mayTryAgain(Errand done, Job carried) {
        return !fresh && !carried.isOver() && !carried.cancelled() && done.mayBeRepeated() && carried.retry();
    }

    private void end(StatementOutcome outcome) {
        Optional<Job> carried = job;
        job = Optional.empty();
        errand = Optional.empty();
        carried.ifPresent(left -> left.end(outcome));
    }

    private void broken() {
        pool.tell(new EndpointPool.Doubted(member));
        if (phase == Phase.CARRYING && mayTryAgain(errand.orElseThrow(), job.orElseThrow())) {
            pool.tell(new EndpointPool.Unsent(member));
            job = Optional.empty();
            errand = Optional.empty();
        } else {
            end(new StatementOutcome.Lost(SessionFailure.Plain.STATEMENT_LOST));
        }
        leave();
    }

    // ---- forgetting ----

    private void forgot(byte newStatus) {
        switch (forgetting.answered(newStatus)) {
            case AWAITED -> {}
            case FORGOTTEN -> free();
            case FAILED -> forgetsNot();
        }
    }

    private void forgetsNot() {
        roles.counters().resetsFailed.increment();
        leave();
    }

    private void free() {
        phase = Phase.IDLE;
        pool.tell(new EndpointPool.Free(member));
    }

    // ---- cancelling ----

    private void giveUp(Job given) {
        if (job.filter(carried -> carried == given).isEmpty()) {
            return; // It is over.
        }
        if (given.plan().afterwards() != Plan.Afterwards.HOLD) {
            given.end(new StatementOutcome.Cancelled());
        }
        if (!errand.orElseThrow().onlyEndIsDue()) {
            cancelling.begin();
            if (given.plan().transaction()) {
                leave();
            }
        }
        work(); // It may have been paused.
    }

    private void delivered() {
        cancelling.delivered();
        switch (phase) {
            case CARRYING ->
                context.scheduleOnce(
                        roles.settings().cancelWait(), context.getSelf(), PooledConnection.CancelStep.PATIENCE_OVER);
            case FORGETTING -> forgetting.afterCancel();
            case HELD -> cancelling.forget();
            case IDLE, LEAVING -> {}
        }
    }

    /** The statement that was cancelled has been given its time. */
    private void patienceOver() {
        boolean goesOn = cancelling.isBegun() && !cancelling.isUnderWay() && phase == Phase.CARRYING;
        if (goesOn && !cancelling.again()) {
            end(TimeLimit.exceededBy(errand.orElseThrow().current())); // Its caller may be gone; then nobody hears it.
            leave();
        }
    }

    // ---- time, and orders ----

    private void rang(int rung) {
        if (deadline.isDue(rung) && phase == Phase.CARRYING) {
            tooSlow = true;
            cancelling.begin();
        }
    }

    private void forgetClockRang() {
        if (forgetting.isTooSlow() && phase == Phase.FORGETTING) {
            forgetsNot();
        }
    }

    private void obey(PooledConnection.Order order) {
        switch (order) {
            case CLOSE -> {
                if (phase == Phase.IDLE || phase == Phase.HELD) {
                    leave();
                }
            }
            case CLOSE_NOW -> {
                if (phase == Phase.CARRYING) {
                    cancelling.begin();
                    end(new StatementOutcome.Lost(SessionFailure.Plain.LEAVING));
                }
                leave();
            }
            case FORGET -> {
                if (phase == Phase.HELD) {
                    phase = Phase.FORGETTING;
                    pool.tell(new EndpointPool.Forgetting(member));
                    forgetting.begin(false, status);
                }
            }
        }
    }

    private void leave() {
        phase = Phase.LEAVING;
    }
}
