package dev.reveille.cancellation.queue;

import dev.reveille.cancellation.queue.KeptKey.Place;
import dev.reveille.cancellation.store.StoreReply;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * The lanes of those who wait for nothing: first stores, extensions, what has to be caught up with, and removals.
 *
 * <pre>
 *             ┌─lane full, link down─▶ backlog ◀──link failed──┐
 *   begin ────┤                           │ paced              │
 *             └────▶ puts ──────────────▶ sent ──done──▶ resting until due
 *                     ▲                    │ ▲                 │
 *                     └─extended in vain───┘ └─────────────────┘
 * </pre>
 *
 * A key is in one place at a time, and a session that ends takes its key out of any of them. Where there is {@link Doubt}
 * whether the store still has what rests, it is caught up with, too.
 */
final class Upkeep {

    private final QueueSettings settings;
    private final KeyLife life;
    private final RandomGenerator random;
    private final NavigableSet<KeptKey> puts = new TreeSet<>(KeptKey.BY_AGE);
    private final NavigableSet<KeptKey> backlog = new TreeSet<>(KeptKey.BY_AGE);
    private final NavigableSet<KeptKey> resting = new TreeSet<>(KeptKey.BY_DUE);
    private final Set<Long> removes = new LinkedHashSet<>();
    private final ReplayPace pace;
    private final Doubt doubt;
    private boolean linkUp;

    Upkeep(QueueSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.life = settings.life();
        this.random = random;
        this.pace = new ReplayPace(settings.replayRate());
        this.doubt = new Doubt(settings);
    }

    void begin(KeptKey kept, long now) {
        removes.remove(kept.key());
        if (!kept.inStore(now)) {
            put(kept);
        } else if (kept.place == Place.BACKLOG || kept.place == Place.SENT) {
            postpone(kept); // Another queue was about to ask for it, or has not heard the answer.
        } else {
            rest(kept, kept.due);
        }
    }

    /** The session is over. What is queued for it is never sent. */
    void end(KeptKey kept, long now) {
        boolean wasResting = kept.place == Place.RESTING;
        abandon(kept);
        boolean staysLong =
                kept.inStore(now) && kept.storedUntil - now > life.removeAbove().toNanos();
        if (wasResting && staysLong && removes.size() < settings.removesMax()) {
            removes.add(kept.key());
        }
    }

    /** Nobody keeps the key any more, but what is in the store may stay. */
    void abandon(KeptKey kept) {
        switch (kept.place) {
            case PUTS -> puts.remove(kept);
            case BACKLOG -> backlog.remove(kept);
            case RESTING -> resting.remove(kept);
            case SENT, NOWHERE -> {}
        }
        doubt.left(kept);
        kept.place = Place.NOWHERE;
    }

    void linkUp(long now) {
        linkUp = true;
        while (!resting.isEmpty() && now - resting.first().due >= 0) {
            postpone(resting.pollFirst());
        }
        if (!resting.isEmpty() && doubt.cast(now)) {
            lookAtAll();
        }
    }

    boolean isInDoubt() {
        return doubt.isUnresolved();
    }

    void doubtAll(long now) {
        doubt.castOnAll(now);
        lookAtAll();
    }

    void linkDown() {
        linkUp = false;
        puts.forEach(kept -> kept.place = Place.BACKLOG);
        backlog.addAll(puts);
        puts.clear();
    }

    /** Adds what is to be done now, by urgency. Removals and what need not be done yet travel only with the rest. */
    void fill(List<Job> batch, int max, long now, boolean idle) {
        if (doubt.wantsSample()) {
            catchUpWith(doubt.draw(resting, life));
        }
        takeDue(batch, max, now - life.lateMax().toNanos(), now);
        while (batch.size() < max && !puts.isEmpty()) {
            batch.add(send(puts.pollFirst(), now));
        }
        takeDue(batch, max, now, now);
        while (batch.size() < max && !backlog.isEmpty() && pace.pass(now)) {
            batch.add(send(backlog.pollLast(), now)); // The newest session is the likeliest to be used.
        }
        if (!batch.isEmpty()) {
            takeEarly(batch, max, now);
        }
        if (!batch.isEmpty() || idle) {
            takeRemoves(batch, max);
        }
    }

    /** When {@link #fill} has something to add, provided that the link is up. */
    OptionalLong nextAt(long now) {
        if (!puts.isEmpty() || doubt.wantsSample()) {
            return OptionalLong.of(now);
        }
        OptionalLong next = OptionalLong.empty();
        if (!resting.isEmpty()) {
            next = Times.earlier(next, resting.first().due);
        }
        if (!backlog.isEmpty()) {
            next = Times.earlier(next, pace.nextAt(now));
        }
        return next;
    }

    void putReplied(KeptKey kept, StoreReply reply, long sentAt, long now) {
        if (kept.place != Place.SENT) {
            return; // The session is over, or its key is another queue's by now.
        }
        switch (reply) {
            case StoreReply.Done _ -> {
                kept.stored = true;
                kept.extended = false;
                kept.storedUntil = sentAt + life.first().toNanos();
                rest(kept, sentAt + life.firstPeriod().toNanos());
            }
            case StoreReply.Failed failed when failed.linkFailed() -> postpone(kept);
            case StoreReply.Failed _, StoreReply.Missing _, StoreReply.Found _ -> refused(kept, now);
        }
    }

    void extendReplied(KeptKey kept, StoreReply reply, long sentAt, long now) {
        if (kept.place != Place.SENT) {
            return;
        }
        switch (reply) {
            case StoreReply.Done _ -> {
                doubt.found(kept);
                if (!kept.extended && sentAt - kept.due < 0) {
                    // Asked in doubt. A first store that was given up may still arrive and make its life a short one.
                    rest(kept, kept.due);
                    return;
                }
                kept.extended = true;
                kept.storedUntil = sentAt + life.life().toNanos();
                long jitter = random.nextLong(life.jitter().toNanos() + 1);
                rest(kept, sentAt + life.period().toNanos() - jitter);
            }
            case StoreReply.Missing _ -> {
                kept.stored = false; // The store lost it: nothing to wait for.
                if (doubt.isConfirmedBy(kept)) {
                    lookAtAll();
                } else {
                    doubt.missed(now);
                }
                put(kept);
            }
            case StoreReply.Failed failed when failed.linkFailed() -> postpone(kept);
            case StoreReply.Failed _, StoreReply.Found _ -> refused(kept, now);
        }
    }

    int puts() {
        return puts.size();
    }

    int backlog() {
        return backlog.size();
    }

    int resting() {
        return resting.size();
    }

    int removes() {
        return removes.size();
    }

    private void put(KeptKey kept) {
        if (linkUp && puts.size() < settings.putsMax()) {
            kept.place = Place.PUTS;
            puts.add(kept);
        } else {
            postpone(kept);
        }
    }

    /** The store has lost some of what it was given: which, it is asked for each. */
    private void lookAtAll() {
        catchUpWith(resting.stream().filter(kept -> doubt.isDoubted(kept, life)).toList());
    }

    private void catchUpWith(List<KeptKey> kept) {
        kept.forEach(each -> {
            resting.remove(each);
            postpone(each);
        });
    }

    private void postpone(KeptKey kept) {
        kept.place = Place.BACKLOG;
        backlog.add(kept);
    }

    private void refused(KeptKey kept, long now) {
        rest(kept, now + settings.refusedPause().toNanos());
    }

    private void rest(KeptKey kept, long due) {
        kept.place = Place.RESTING;
        kept.due = due;
        resting.add(kept);
    }

    private Job send(KeptKey kept, long now) {
        kept.place = Place.SENT;
        if (kept.inStore(now)) {
            return new Job.Extend(kept, life.life());
        }
        doubt.left(kept);
        return new Job.Put(kept, life.first());
    }

    private void takeDue(List<Job> batch, int max, long latest, long now) {
        while (batch.size() < max && !resting.isEmpty() && latest - resting.first().due >= 0) {
            batch.add(send(resting.pollFirst(), now));
        }
    }

    /** Stops at the first that may not go early: it does not matter much who else could have come along. */
    private void takeEarly(List<Job> batch, int max, long now) {
        long latest = now + life.earlyMax().toNanos();
        while (batch.size() < max
                && !resting.isEmpty()
                && resting.first().extended
                && latest - resting.first().due >= 0) {
            batch.add(send(resting.pollFirst(), now));
        }
    }

    private void takeRemoves(List<Job> batch, int max) {
        Iterator<Long> next = removes.iterator();
        while (batch.size() < max && next.hasNext()) {
            batch.add(new Job.Remove(next.next()));
            next.remove();
        }
    }
}
