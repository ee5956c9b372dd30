package dev.reveille.session.pool;

import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.SessionId;
import dev.reveille.session.statement.ForwardingListener;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import dev.reveille.session.statement.TransactionAnswer;
import dev.reveille.session.statement.TransactionId;
import dev.reveille.session.statement.TransactionOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.Cancellable;

/**
 * One transaction between requests.
 *
 * <pre>
 *   BUSY (begins) ──▶ IDLE ◀──▶ BUSY (a statement)
 *     │                │            │
 *     └── failed ──────┴─ end, time ┴──▶ OVER
 * </pre>
 *
 * Statements and clocks come on any thread: the state is guarded by this object's lock, under which nothing waits.
 */
final class OpenTransaction {

    private enum State {
        IDLE,
        BUSY,
        OVER
    }

    private static final byte NO_TRANSACTION = 'I';

    private final TransactionId id;
    private final PoolKey pool;
    private final TransactionSettings settings;
    private final Transactions desk;

    private State state = State.BUSY;
    private boolean expired;
    private Optional<Job> running = Optional.empty();
    private Optional<Member> member = Optional.empty();
    private Cancellable idleClock = Cancellable.alreadyCancelled();
    private Cancellable totalClock = Cancellable.alreadyCancelled();

    OpenTransaction(TransactionId id, PoolKey pool, TransactionSettings settings, Transactions desk) {
        this.id = id;
        this.pool = pool;
        this.settings = settings;
        this.desk = desk;
    }

    TransactionId id() {
        return id;
    }

    PoolKey pool() {
        return pool;
    }

    // ---- what is wished ----

    CompletionStage<TransactionAnswer> begin(TransactionOrder order) {
        CompletableFuture<TransactionAnswer> answer = new CompletableFuture<>();
        StatementOrder asOrder = new StatementOrder(
                order.id(),
                pool,
                order.keys(),
                order.claims(),
                List.of(),
                Optional.of(order.options()),
                Optional.empty(),
                Integer.MAX_VALUE,
                true);
        Job job = desk.pools().job(asOrder, Plan.begin(asOrder), new EndListener(outcome -> {
            if (begun(outcome)) {
                answer.complete(new TransactionAnswer.Begun(id, settings.idleMax(), settings.totalMax()));
            } else {
                answer.complete(new TransactionAnswer.Failed(outcome));
            }
        }));
        synchronized (this) {
            running = Optional.of(job);
        }
        desk.pools().carry(job);
        return answer;
    }

    /** The statement, on its way; or nothing, and its listener has heard why. */
    Optional<StatementRun> run(StatementOrder order, StatementListener listener) {
        Job job = desk.pools().job(order, Plan.within(order), new StatementInTransaction(listener));
        Optional<StatementOutcome.Refused> objection = occupy(job);
        if (objection.isPresent()) {
            listener.ended(objection.get());
            return Optional.empty();
        }
        desk.pools().carryOn(job);
        return Optional.of(job);
    }

    CompletionStage<TransactionAnswer> end(boolean commit) {
        CompletableFuture<TransactionAnswer> answer = new CompletableFuture<>();
        StatementOrder asOrder = new StatementOrder(
                SessionId.random(),
                pool,
                Optional.empty(),
                Optional.empty(),
                List.of(new Statement("", List.of())),
                Optional.empty(),
                Optional.empty(),
                Integer.MAX_VALUE,
                true);
        Job job = desk.pools().job(asOrder, Plan.end(commit), new EndListener(outcome -> {
            over();
            answer.complete(meaning(outcome, commit));
        }));
        Optional<StatementOutcome.Refused> objection = occupy(job);
        if (objection.isPresent()) {
            answer.complete(new TransactionAnswer.Failed(objection.get()));
        } else {
            desk.pools().carryOn(job);
        }
        return answer;
    }

    private static TransactionAnswer meaning(StatementOutcome outcome, boolean commit) {
        return switch (outcome) {
            case StatementOutcome.Done() -> new TransactionAnswer.Ended(commit);
            case StatementOutcome.Refused(int _, ErrorFields error)
            when error.sqlState().equals(Errand.HAD_FAILED) -> new TransactionAnswer.Ended(false);
            case StatementOutcome other -> new TransactionAnswer.Failed(other);
        };
    }

    // ---- the state ----

    private synchronized boolean begun(StatementOutcome outcome) {
        Job job = running.orElseThrow();
        member = job.member();
        if (job.held().isEmpty()) {
            over();
            return false;
        }
        if (!(outcome instanceof StatementOutcome.Done)) {
            release();
            return false;
        }
        running = Optional.empty();
        totalClock = desk.after(settings.totalMax(), this::expire);
        desk.opened(this);
        rest();
        return true;
    }

    private synchronized Optional<StatementOutcome.Refused> occupy(Job job) {
        return switch (state) {
            case OVER -> Optional.of(Transactions.unknown());
            case BUSY ->
                Optional.of(new StatementOutcome.Refused(
                        0,
                        ErrorFields.of(
                                "ERROR", "55P03", "another statement of this transaction is being carried out")));
            case IDLE -> {
                state = State.BUSY;
                idleClock.cancel();
                running = Optional.of(job);
                job.givenTo(member.orElseThrow());
                yield Optional.empty();
            }
        };
    }

    /** A statement has ended; says whether that was because the transaction's time was up. */
    private synchronized boolean statementEnded() {
        Job job = running.orElseThrow();
        running = Optional.empty();
        if (state != State.BUSY) {
            return expired;
        }
        if (job.held().isEmpty()) {
            over();
        } else if (expired || job.held().get() == NO_TRANSACTION) {
            release();
        } else {
            rest();
        }
        return expired;
    }

    private void rest() {
        state = State.IDLE;
        idleClock = desk.after(settings.idleMax(), this::idleTooLong);
    }

    private synchronized void idleTooLong() {
        if (state == State.IDLE) {
            release();
        }
    }

    private void expire() {
        Optional<Job> toCancel;
        synchronized (this) {
            // Whoever ends it ends it.
            toCancel = running.filter(job -> job.plan().afterwards() == Plan.Afterwards.HOLD);
            if (state == State.IDLE) {
                release();
            } else if (state == State.BUSY) {
                expired = true;
            }
        }
        toCancel.ifPresent(Job::cancel);
    }

    /** The connection rolls back, forgets, and serves others. */
    private void release() {
        member.ifPresent(held -> desk.pools().release(pool.endpoint(), held));
        over();
    }

    private synchronized void over() {
        if (state != State.OVER) {
            state = State.OVER;
            idleClock.cancel();
            totalClock.cancel();
            desk.ended(this);
        }
    }

    /** Hears the end of a command of ours. */
    private record EndListener(Consumer<StatementOutcome> then) implements StatementListener {

        @Override
        public void reached(Origin origin) {}

        @Override
        public void fields(int statement, Optional<RowDescription> fields) {}

        @Override
        public void row(int statement, byte[] bytes, int offset, int length) {}

        @Override
        public void completed(int statement, String tag) {}

        @Override
        public void ended(StatementOutcome outcome) {
            then.accept(outcome);
        }
    }

    /** Hears of a statement, and passes it on. */
    private final class StatementInTransaction implements ForwardingListener {

        private final StatementListener listener;

        StatementInTransaction(StatementListener listener) {
            this.listener = listener;
        }

        @Override
        public StatementListener listener() {
            return listener;
        }

        @Override
        public void ended(StatementOutcome outcome) {
            boolean timeIsUp = statementEnded();
            listener.ended(
                    timeIsUp
                            ? new StatementOutcome.Refused(
                                    0, ErrorFields.of("ERROR", "25P04", "the transaction was open for too long"))
                            : outcome);
        }
    }
}
