package dev.reveille.node.transactions;

import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A piece of work on another node, as the one who wants it sees it. He may pause, resume and cancel on any thread; all else
 * belongs to the guest that sees to it. The listener hears the end once, and nothing behind it.
 */
final class RemoteRun implements StatementRun {

    private static final Runnable NOBODY = () -> {};

    private final ResultListener listener;
    private final int rowLengthMax;
    private final Consumer<RemoteRun> whenOver;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean paused;
    private volatile boolean cancelled;
    private volatile Runnable bell = NOBODY;

    /** What hears of a result: of that of a statement, or how a transaction ended. */
    interface ResultListener extends StatementListener {

        /** Whether events of this kind belong to such a result; see {@link ResultCode}. */
        boolean expects(byte kind);

        /** The transaction is over, instead of {@code ended}. */
        void transactionEnded(boolean committed);
    }

    /** @param whenOver runs once, before the listener hears of it */
    RemoteRun(ResultListener listener, int rowLengthMax, Consumer<RemoteRun> whenOver) {
        this.listener = listener;
        this.rowLengthMax = rowLengthMax;
        this.whenOver = whenOver;
    }

    // ---- the caller's ----

    @Override
    public void pause() {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
        bell.run();
    }

    @Override
    public void cancel() {
        cancelled = true;
        bell.run();
    }

    // ---- the guest's ----

    int rowLengthMax() {
        return rowLengthMax;
    }

    ResultListener listener() {
        return listener;
    }

    boolean paused() {
        return paused;
    }

    boolean cancelled() {
        return cancelled;
    }

    /** {@code ring} is told, on any thread, that the caller has changed his mind. */
    void seenToBy(Runnable ring) {
        bell = ring;
        if (cancelled) {
            ring.run(); // Before anybody was there to hear it.
        }
    }

    boolean isOver() {
        return over.get();
    }

    /** The first end is the end. */
    void end(StatementOutcome outcome) {
        if (over.compareAndSet(false, true)) {
            bell = NOBODY;
            whenOver.accept(this);
            listener.ended(outcome);
        }
    }

    void transactionEnded(boolean committed) {
        if (over.compareAndSet(false, true)) {
            bell = NOBODY;
            whenOver.accept(this);
            listener.transactionEnded(committed);
        }
    }
}
