package dev.reveille.session.pool;

import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * An order on its way through the pool. It sees to it that its listener hears the end once, and nothing behind it. What its
 * caller may do, he does on any thread; the rest belongs to whoever has the job: the endpoint's pool, then a connection.
 */
final class Job implements StatementRun {

    private static final Runnable NOBODY = () -> {};

    private final StatementOrder order;
    private final Plan plan;
    private final StatementListener listener;
    private final Consumer<Job> canceller;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean paused;
    private volatile boolean cancelled;
    private volatile Runnable carrier = NOBODY;

    /** Where it is being carried out; the pool's. */
    private volatile Optional<Member> member = Optional.empty();

    private boolean retried;

    /** The status of the transaction that its connection stays with. */
    private volatile Optional<Byte> held = Optional.empty();

    /** @param canceller hears on any thread that the job is to be given up */
    Job(StatementOrder order, Plan plan, StatementListener listener, Consumer<Job> canceller) {
        this.order = order;
        this.plan = plan;
        this.listener = listener;
        this.canceller = canceller;
    }

    StatementOrder order() {
        return order;
    }

    Plan plan() {
        return plan;
    }

    // ---- the caller's ----

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        carrier.run();
    }

    @Override
    public void cancel() {
        if (!over.get()) {
            cancelled = true;
            canceller.accept(this);
        }
    }

    // ---- the pool's ----

    boolean cancelled() {
        return cancelled;
    }

    Optional<Member> member() {
        return member;
    }

    void givenTo(Member connection) {
        member = Optional.of(connection);
    }

    /** Says whether it may be tried a second time; there is no third. */
    boolean retry() {
        boolean first = !retried;
        retried = true;
        return first;
    }

    // ---- the connection's ----

    boolean paused() {
        return paused && !over.get();
    }

    /** Somebody carries it out now. */
    void carriedBy(Runnable bell) {
        carrier = bell;
    }

    /** Its connection stays with the transaction, which has this status now. */
    void heldWith(byte status) {
        held = Optional.of(status);
    }

    Optional<Byte> held() {
        return held;
    }

    void reached(StatementListener.Origin origin) {
        if (!over.get() && !retried) {
            listener.reached(origin);
        }
    }

    void fields(int statement, Optional<RowDescription> fields) {
        if (!over.get()) {
            listener.fields(statement, fields);
        }
    }

    void row(int statement, byte[] bytes, int offset, int length) {
        if (!over.get()) {
            listener.row(statement, bytes, offset, length);
        }
    }

    void completed(int statement, String tag) {
        if (!over.get()) {
            listener.completed(statement, tag);
        }
    }

    boolean isOver() {
        return over.get();
    }

    /** The listener hears the first of these. */
    void end(StatementOutcome outcome) {
        if (over.compareAndSet(false, true)) {
            carrier = NOBODY;
            listener.ended(outcome);
        }
    }
}
