package dev.reveille.session.interruption;

import dev.reveille.cancellation.CancelAuthority;
import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.session.interruption.PendingCancels.Pending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Cancels a session's query: the one that ran when the request was heard, or none.
 *
 * <pre>
 *   heard ──▶ which query runs? ──▶ allowed? ──▶ waiting ──▶ still that query? ──▶ on its way ──▶ done
 *                  └─ none: done        └─ no: done  ▲            └─ no: done           │
 *                                                    └──── a pause, for the same query ─┘
 * </pre>
 *
 * At most one cancellation is on its way at a time, and while it is the client's next query waits, so that it cannot be
 * hit by mistake. Requests for one query that come together are carried out together; if the query runs on, those that
 * came later are carried out once more after a pause, and not at once.
 *
 * <p>Belongs to one session; all calls are made where its executor runs things.
 */
public final class QueryCancels {

    private static final long NO_QUERY = -1;

    private final RunningQuery queries;
    private final CancelRecord record;
    private final CancelAuthority authority;
    private final CancelDelivery delivery;
    private final Duration pause;
    private final Executor session;
    private final BiConsumer<Duration, Runnable> later;

    private final List<Pending> waiting = new ArrayList<>();

    /** What those mean who wait. Of those who mean an earlier one none is left: that query is over. */
    private long aim = NO_QUERY;

    private boolean onItsWay;
    private long resting = NO_QUERY;

    /**
     * @param pause between two cancellations of one query
     * @param session runs what it is given where this object belongs, one after the other, as long as the session lasts
     * @param later the same, after a while
     */
    public QueryCancels(
            RunningQuery queries,
            CancelRecord record,
            CancelAuthority authority,
            CancelDelivery delivery,
            Duration pause,
            Executor session,
            BiConsumer<Duration, Runnable> later) {
        this.queries = queries;
        this.record = record;
        this.authority = authority;
        this.delivery = delivery;
        this.pause = pause;
        this.session = session;
        this.later = later;
    }

    /** Somebody showed the session's key. */
    public void hear(Pending request) {
        queries.ask(
                request.origin().heardAtNanos(),
                running -> session.execute(
                        () -> running.ifPresentOrElse(query -> authorise(query, request), request::done)));
    }

    /** The client is gone for good, and with it whoever wanted an answer. */
    public void cancelWhatRuns() {
        queries.ask(
                System.nanoTime(),
                running -> session.execute(() -> running.ifPresent(query -> {
                    aimAt(query);
                    next();
                })));
    }

    private void authorise(long query, Pending request) {
        begun(() -> authority.allows(record, request.origin()))
                .whenComplete((allowed, failure) -> session.execute(() -> {
                    if (failure == null && allowed && query >= aim) {
                        aimAt(query);
                        waiting.add(request);
                        next();
                    } else {
                        request.done();
                    }
                }));
    }

    private void aimAt(long query) {
        if (query > aim) {
            drop();
            aim = query;
        }
    }

    private void next() {
        if (onItsWay || aim == NO_QUERY || aim == resting) {
            return;
        }
        onItsWay = true;
        long query = aim;
        queries.hold(
                query,
                runs -> session.execute(() -> {
                    if (runs) {
                        deliver(query);
                    } else {
                        over(query);
                    }
                }));
    }

    private void over(long query) {
        onItsWay = false;
        if (aim == query) {
            drop();
        }
        next();
    }

    private void deliver(long query) {
        List<Runnable> handled = waiting.stream().map(Pending::taken).toList();
        waiting.clear();
        aim = NO_QUERY;
        resting = query;
        begun(() -> delivery.deliver(record.target())).whenComplete((_, _) -> {
            queries.release();
            handled.forEach(Runnable::run);
            session.execute(() -> delivered(query));
        });
    }

    /** A role that throws has failed like any other: nobody may be left waiting for it. */
    private static <T> CompletionStage<T> begun(Supplier<CompletionStage<T>> work) {
        try {
            return work.get();
        } catch (RuntimeException fault) {
            return CompletableFuture.failedFuture(fault);
        }
    }

    private void delivered(long query) {
        onItsWay = false;
        later.accept(pause, () -> {
            if (resting == query) {
                resting = NO_QUERY;
            }
            next();
        });
        next();
    }

    private void drop() {
        waiting.forEach(Pending::done);
        waiting.clear();
        aim = NO_QUERY;
    }
}
