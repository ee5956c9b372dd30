package dev.reveille.session.interruption;

import dev.reveille.cancellation.CancelHolder;
import dev.reveille.cancellation.CancelOrigin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The cancel requests that a session has heard of and not dealt with. It outlives the session's actor, so that whoever
 * asks hears the end exactly once whatever becomes of the session. Any thread.
 */
public final class PendingCancels implements CancelHolder {

    /** Requests that may be pending at once; more than these are dropped, as they would all mean the same query. */
    static final int PENDING_MAX = 100;

    private static final Runnable NOTHING = () -> {};

    private final Consumer<Pending> session;
    private Set<Pending> pending = Set.of(); // A set of its own from the first request on: few sessions ever get one.
    private boolean closed;

    /** @param session hears of each request; must only pass it on */
    public PendingCancels(Consumer<Pending> session) {
        this.session = session;
    }

    /** One request. It must be {@link #done}, or be {@link #taken} by who will say so. */
    public final class Pending {

        private final CancelOrigin origin;
        private final Runnable handled;

        private Pending(CancelOrigin origin, Runnable handled) {
            this.origin = origin;
            this.handled = handled;
        }

        public CancelOrigin origin() {
            return origin;
        }

        /** Carried out, or dropped. Again: no effect. */
        public void done() {
            taken().run();
        }

        /** What must be run when it is carried out; from now on the end of the session does not end it. */
        Runnable taken() {
            return remove(this) ? handled : NOTHING;
        }
    }

    @Override
    public void cancel(CancelOrigin origin, Runnable handled) {
        Pending request = new Pending(origin, handled);
        if (add(request)) {
            session.accept(request);
        } else {
            handled.run();
        }
    }

    /** The session is over: whatever is pending is dropped, and whatever comes. Again: no effect. */
    public void close() {
        List<Pending> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(pending);
        }
        left.forEach(Pending::done);
    }

    private synchronized boolean add(Pending request) {
        if (closed || pending.size() >= PENDING_MAX) {
            return false;
        }
        if (pending.isEmpty()) {
            pending = new LinkedHashSet<>();
        }
        return pending.add(request);
    }

    private synchronized boolean remove(Pending request) {
        boolean removed = !pending.isEmpty() && pending.remove(request);
        if (removed && pending.isEmpty()) {
            pending = Set.of();
        }
        return removed;
    }
}
