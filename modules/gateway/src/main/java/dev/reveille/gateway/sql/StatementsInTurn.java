package dev.reveille.gateway.sql;

import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import dev.reveille.session.statement.TransactionDesk;
import dev.reveille.session.statement.TransactionId;
import java.util.List;
import java.util.Optional;

/**
 * Carries out the statements of one request in an open transaction, one after the other, and stops at the first that does not
 * succeed. Any thread may pause, resume or cancel; the listener is called as a desk calls it.
 */
final class StatementsInTurn implements StatementRun, StatementListener {

    private final TransactionDesk desk;
    private final TransactionId transaction;
    private final StatementOrder order;
    private final StatementListener listener;
    private final Object lock = new Object();
    private Optional<StatementRun> running = Optional.empty();
    private boolean paused;
    private boolean cancelled;

    /** Written by whoever calls the listener, one call after the other. */
    private volatile int current;

    StatementsInTurn(
            TransactionDesk desk, TransactionId transaction, StatementOrder order, StatementListener listener) {
        this.desk = desk;
        this.transaction = transaction;
        this.order = order;
        this.listener = listener;
    }

    StatementsInTurn begin() {
        run(0);
        return this;
    }

    private void run(int index) {
        current = index;
        Statement statement = order.statements().get(index);
        StatementRun begun = desk.run(
                transaction,
                new StatementOrder(
                        order.id(),
                        order.pool(),
                        order.keys(),
                        order.claims(),
                        List.of(statement),
                        Optional.empty(),
                        order.statementMax(),
                        order.rowLengthMax(),
                        order.mayUsePooled()),
                this);
        synchronized (lock) {
            if (current != index) {
                return; // It was over before it was heard of, and the next one is running.
            }
            running = Optional.of(begun);
            if (cancelled) {
                begun.cancel();
            } else if (paused) {
                begun.pause();
            }
        }
    }

    // ---- what the desk says ----

    @Override
    public void reached(Origin origin) {
        if (current == 0) {
            listener.reached(origin);
        }
    }

    @Override
    public void fields(int statement, Optional<RowDescription> fields) {
        listener.fields(current, fields);
    }

    @Override
    public void row(int statement, byte[] bytes, int offset, int length) {
        listener.row(current, bytes, offset, length);
    }

    @Override
    public void completed(int statement, String tag) {
        listener.completed(current, tag);
    }

    @Override
    public void ended(StatementOutcome outcome) {
        int next = current + 1;
        switch (outcome) {
            case StatementOutcome.Done() when next < order.statements().size() -> goOn(next);
            case StatementOutcome.Refused(int _, var error) ->
                listener.ended(new StatementOutcome.Refused(current, error));
            case StatementOutcome.RowTooLong(int _, long bytes) ->
                listener.ended(new StatementOutcome.RowTooLong(current, bytes));
            default -> listener.ended(outcome);
        }
    }

    private void goOn(int next) {
        boolean over;
        synchronized (lock) {
            running = Optional.empty();
            over = cancelled;
        }
        if (over) {
            listener.ended(new StatementOutcome.Cancelled());
        } else {
            run(next);
        }
    }

    // ---- what the caller wants ----

    @Override
    public void pause() {
        synchronized (lock) {
            paused = true;
            running.ifPresent(StatementRun::pause);
        }
    }

    @Override
    public void resume() {
        synchronized (lock) {
            paused = false;
            running.ifPresent(StatementRun::resume);
        }
    }

    @Override
    public void cancel() {
        synchronized (lock) {
            cancelled = true;
            running.ifPresent(StatementRun::cancel);
        }
    }
}
