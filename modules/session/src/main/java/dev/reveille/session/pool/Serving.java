package dev.reveille.session.pool;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.pool.PooledConnection.Command;
import dev.reveille.session.statement.StatementListener.Origin;
import dev.reveille.session.statement.StatementOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.Cancellable;
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

    private static final byte IDLE_STATUS = 'I';
    private static final Runnable NOTHING = () -> {};

    private final ActorContext<Command> context;
    private final PoolRoles roles;
    private final ActorRef<EndpointPool.Command> pool;
    private final Member member;
    private final Line line;
    private final Optional<CancelTarget> cancelTarget;
    private final FrameReader reader = new FrameReader(this);
    private final Runnable bell;

    private Phase phase = Phase.IDLE;
    private Optional<Job> job = Optional.empty();
    private Optional<Errand> errand = Optional.empty();
    private boolean fresh = true;

    /** Orders to forget that have been sent and not been answered. */
    private int forgets;

    /** Whether the answer that is due says nothing: the order came too early, or a cancel request may have hit it. */
    private boolean forgetsInVain;

    private boolean forgetFailed;
    private byte status = IDLE_STATUS;

    private boolean cancelling;
    private boolean delivered;
    private Runnable whenDelivered = NOTHING;
    private boolean tooSlow;
    private Cancellable clock = Cancellable.alreadyCancelled();
    private int ticket;

    Serving(
            ActorContext<Command> context,
            PoolRoles roles,
            ActorRef<EndpointPool.Command> pool,
            Member member,
            Line line,
            Optional<CancelTarget> cancelTarget) {
        this.context = context;
        this.roles = roles;
        this.pool = pool;
        this.member = member;
        this.line = line;
        this.cancelTarget = cancelTarget;
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
            case PooledConnection.Dialled _, PooledConnection.ComputeAnswered _, PooledConnection.PauseOver _ -> {
                return Behaviors.unhandled(); // It is open.
            }
        }
        return next(Behaviors.same());
    }

    @Override
    public Behavior<Command> receiveSignal(TypedActorContext<Command> actor, Signal signal) {
        if (signal instanceof PostStop) {
            clock.cancel();
            line.abort();
            whenDelivered.run();
            job.ifPresent(left -> left.end(new StatementOutcome.Lost(SessionFailure.Plain.STATEMENT_LOST)));
        }
        return Behaviors.same();
    }

    private Behavior<Command> next(Behavior<Command> otherwise) {
        if (phase == Phase.LEAVING && (!cancelling || delivered)) {
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
        Errand begun = new Errand(next, roles.settings().messageLengthMax());
        errand = Optional.of(begun);
        phase = Phase.CARRYING;
        tooSlow = false;
        next.carriedBy(bell);
        next.order().statementMax().ifPresent(this::allow);
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
                forgetFailed = true;
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
            job.orElseThrow().order().statementMax().ifPresent(this::allow);
        }
    }

    /** The errand has come to an end, one way or the other. */
    private void over() {
        Errand done = errand.orElseThrow();
        Job carried = job.orElseThrow();
        StatementOutcome outcome = inOurWords(done.outcome().orElseThrow());
        status = done.status();
        stopClock();
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
            deliverCancel();
        }
        if (done.poisoned() || cancelling && carried.plan().transaction()) {
            leave();
        } else if (carried.plan().afterwards() == Plan.Afterwards.HOLD) {
            hold(carried, outcome);
            return;
        } else {
            phase = Phase.FORGETTING;
            pool.tell(new EndpointPool.Forgetting(member));
            forgetBehind(done);
        }
        carried.end(outcome);
    }

    /** Only when no cancel request is under way any more the transaction may go on. */
    private void hold(Job carried, StatementOutcome outcome) {
        phase = Phase.HELD;
        carried.heldWith(status);
        pool.tell(new EndpointPool.Held(member));
        StatementOutcome told = carried.cancelled() ? new StatementOutcome.Cancelled() : outcome;
        if (cancelling && !delivered) {
            whenDelivered = () -> carried.end(told);
        } else {
            cancelling = false;
            carried.end(told);
        }
    }

    /** A statement that we cancelled because its time was up. */
    private StatementOutcome inOurWords(StatementOutcome outcome) {
        if (tooSlow
                && outcome instanceof StatementOutcome.Refused(int statement, ErrorFields error)
                && error.sqlState().equals("57014")) {
            return timedOut(statement);
        }
        return outcome;
    }

    private static StatementOutcome timedOut(int statement) {
        return new StatementOutcome.Refused(
                statement, ErrorFields.of("ERROR", "57014", "canceling statement due to statement timeout"));
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

    private void forgetBehind(Errand done) {
        if (cancelling) {
            forgets = done.forgetSaid() ? 1 : 0;
            forgetsInVain = true;
            forgetAfterCancel();
        } else if (done.forgetSaid()) {
            forgets = 1;
            forgetsInVain = status != IDLE_STATUS;
            forgetFailed = false;
            allow(roles.settings().resetMax());
        } else {
            forget();
        }
    }

    private void forget() {
        forgets = 1;
        forgetsInVain = false;
        forgetFailed = false;
        allow(roles.settings().resetMax());
        line.say(status == IDLE_STATUS ? Reset.PLAIN : Reset.ROLLING_BACK);
    }

    private void forgot(byte newStatus) {
        status = newStatus;
        forgets--;
        if (cancelling) {
            forgetAfterCancel();
        } else if (forgetsInVain) {
            forget();
        } else if (forgetFailed || status != IDLE_STATUS) {
            roles.counters().resetsFailed.increment();
            leave();
        } else {
            stopClock();
            free();
        }
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
            deliverCancel();
            if (given.plan().transaction()) {
                leave();
            }
        }
        work(); // It may have been paused.
    }

    private void deliverCancel() {
        if (cancelling) {
            return;
        }
        cancelling = true;
        delivered = false;
        roles.counters().cancels.increment();
        context.pipeToSelf(cancelled(), (_, _) -> PooledConnection.CancelStep.DELIVERED);
    }

    private CompletionStage<Done> cancelled() {
        try {
            return cancelTarget
                    .map(roles.cancelDelivery()::deliver)
                    .orElseGet(() -> CompletableFuture.completedFuture(Done.getInstance()));
        } catch (RuntimeException fault) {
            return CompletableFuture.failedFuture(fault);
        }
    }

    private void delivered() {
        delivered = true;
        if (phase == Phase.CARRYING) {
            context.scheduleOnce(
                    roles.settings().cancelWait(), context.getSelf(), PooledConnection.CancelStep.PATIENCE_OVER);
        } else if (phase == Phase.FORGETTING) {
            forgetAfterCancel();
        } else if (phase == Phase.HELD) {
            cancelling = false;
            Runnable held = whenDelivered;
            whenDelivered = NOTHING;
            held.run();
        }
    }

    /** The statement that was cancelled has been given its time. */
    private void patienceOver() {
        if (cancelling && phase == Phase.CARRYING) {
            end(timedOut(errand.orElseThrow().current())); // Its caller may be gone; then nobody hears it.
            leave();
        }
    }

    private void forgetAfterCancel() {
        if (delivered && forgets == 0) {
            cancelling = false;
            forget();
        }
    }

    // ---- time, and orders ----

    private void allow(Duration patience) {
        stopClock();
        clock = context.scheduleOnce(patience, context.getSelf(), new PooledConnection.Rang(ticket));
    }

    private void stopClock() {
        clock.cancel();
        ticket++;
    }

    private void rang(int rung) {
        if (rung != ticket) {
            return;
        }
        if (phase == Phase.CARRYING) {
            tooSlow = true;
            deliverCancel();
        } else if (phase == Phase.FORGETTING) {
            roles.counters().resetsFailed.increment();
            leave();
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
                    deliverCancel();
                    end(new StatementOutcome.Lost(SessionFailure.Plain.LEAVING));
                }
                leave();
            }
            case FORGET -> {
                if (phase == Phase.HELD) {
                    phase = Phase.FORGETTING;
                    pool.tell(new EndpointPool.Forgetting(member));
                    forget();
                }
            }
        }
    }

    private void leave() {
        phase = Phase.LEAVING;
    }
}
