package dev.reveille.cancellation.queue;

import dev.reveille.cancellation.store.KeyStore.StoreLink;
import dev.reveille.cancellation.store.StoreReply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * What one shard wants of the key store, in batches by urgency: look-ups (a user waits), first stores (in order),
 * extensions (the earliest first), what was postponed (the newest session first, paced), and removals where nothing else is
 * to be done (spec 02 §d D1).
 *
 * <p>It knows what <em>should</em> be in the store, so a session needs no timer and no retry of its own, and nothing moves
 * while the link is down. Whoever owns it calls {@link #expire} and then {@link #next} until it is empty after every event,
 * sends what it gets at once, and comes back when {@link #nextDue} says so. One thread; all times are nanoseconds of one
 * monotonic clock.
 *
 * @param <C> who asks for a look-up
 */
public final class StoreQueue<C> {

    private record Sent(List<Job> jobs, long at) {}

    /** One command in so many is kept for stores while any wait. */
    private static final int STORES_SHARE = 8;

    private final QueueSettings settings;
    private final LookUps<C> lookUps;
    private final Upkeep upkeep;
    private final Map<Long, Sent> inFlight = new LinkedHashMap<>();
    private StoreLink link = StoreLink.DOWN;
    private long batches;
    private int failuresInARow;
    private long pausedUntil;

    /** @param answers hears the answer to each look-up: Found, Missing, or Failed with a reason */
    public StoreQueue(QueueSettings settings, RandomGenerator random, BiConsumer<C, StoreReply> answers) {
        this.settings = settings;
        this.lookUps = new LookUps<>(settings.lookUpsMax(), answers);
        this.upkeep = new Upkeep(settings, random);
    }

    /** From now on the key is to be in the store: a new one, or one that another queue kept before this one. */
    public void begin(KeptKey kept, long now) {
        upkeep.begin(kept, now);
    }

    /** The session is over: nothing more is done for the key, and what is in the store may go. */
    public void end(KeptKey kept, long now) {
        upkeep.end(kept, now);
    }

    /** Nobody can tell for the session any more: nothing more is done for the key, and what is in the store stays. */
    public void abandon(KeptKey kept) {
        upkeep.abandon(kept);
    }

    /** What is in the store under {@code key}? Answered once, by {@code deadline} at the latest. */
    public void lookUp(long key, C caller, long deadline) {
        lookUps.add(key, caller, deadline);
        if (link == StoreLink.DOWN) {
            lookUps.failQueued("the store cannot be reached");
        }
    }

    /** Those callers are gone. What only they wanted to know is not asked, if it has not been yet. */
    public void forget(Predicate<C> gone) {
        lookUps.forget(gone);
    }

    /** Whether somebody waits for the key whose look-up has not been sent. */
    public boolean isQueued(long key) {
        return lookUps.isQueued(key);
    }

    /** The link to the store is this from now on; down until the first call. */
    public void link(StoreLink now, long time) {
        if (now == link) {
            return;
        }
        link = now;
        switch (now) {
            case UP -> {
                failuresInARow = 0;
                pausedUntil = time;
                upkeep.linkUp(time);
            }
            case DOWN -> {
                upkeep.linkDown();
                lookUps.failQueued("the store cannot be reached");
            }
        }
    }

    /** Whether the store may have lost keys, and it is not known yet whether it has. */
    public boolean isInDoubt() {
        return upkeep.isInDoubt();
    }

    /** As {@link #isInDoubt} of a queue whose keys this one has got: all of them are looked at, at a pace. */
    public void inheritDoubt(long now) {
        upkeep.doubtAll(now);
    }

    /** What is to be sent now, where a batch may be; empty when that was all for the moment. */
    public Optional<Batch> next(long now) {
        if (link == StoreLink.DOWN || inFlight.size() >= settings.batchesMax()) {
            return Optional.empty();
        }
        List<Job> jobs = new ArrayList<>();
        // Look-ups come first, but look-ups without end must not keep stores out of every batch.
        lookUps.fill(jobs, settings.batchMax() - settings.batchMax() / STORES_SHARE);
        if (!isPaused(now)) {
            upkeep.fill(jobs, settings.batchMax(), now, inFlight.isEmpty());
        }
        lookUps.fill(jobs, settings.batchMax());
        if (jobs.isEmpty()) {
            return Optional.empty();
        }
        long id = batches++;
        inFlight.put(id, new Sent(jobs, now));
        return Optional.of(new Batch(id, jobs.stream().map(Job::command).toList()));
    }

    /**
     * A batch has come back. Where the replies do not match the commands nobody can tell which is whose, so all of them
     * count as failed. Replies to a batch that has been given up are ignored.
     */
    public void replied(long batch, List<StoreReply> replies, long now) {
        Sent sent = inFlight.remove(batch);
        if (sent == null) {
            return;
        }
        if (replies.size() != sent.jobs().size()) {
            fail(sent, "bad reply count", now);
            return;
        }
        boolean linkFailed = false;
        boolean stores = false;
        for (int at = 0; at < replies.size(); at++) {
            StoreReply reply = replies.get(at);
            linkFailed |= reply instanceof StoreReply.Failed failed && failed.linkFailed();
            stores |= !(sent.jobs().get(at) instanceof Job.Fetch);
            settle(sent.jobs().get(at), reply, sent.at(), now);
        }
        if (linkFailed) {
            pause(now);
        } else if (stores) {
            failuresInARow = 0; // A store that can be read may still be one that cannot be written.
        }
    }

    /** A batch did not come back in one piece. */
    public void failed(long batch, String reason, long now) {
        Sent sent = inFlight.remove(batch);
        if (sent != null) {
            fail(sent, reason, now);
        }
    }

    /** Gives up what has taken too long: look-ups at their deadlines, batches at theirs. */
    public void expire(long now) {
        lookUps.expire(now);
        while (!inFlight.isEmpty()) {
            Map.Entry<Long, Sent> oldest = inFlight.entrySet().iterator().next();
            if (now - batchDeadline(oldest.getValue()) < 0) {
                return;
            }
            failed(oldest.getKey(), "the store did not answer in time", now);
        }
    }

    /** When {@link #expire} or {@link #next} has something to do that no event will bring about; empty for never. */
    public OptionalLong nextDue(long now) {
        OptionalLong due = lookUps.nextDeadline();
        if (!inFlight.isEmpty()) {
            due = Times.earlier(due, batchDeadline(inFlight.values().iterator().next()));
        }
        if (link == StoreLink.UP && inFlight.size() < settings.batchesMax()) {
            OptionalLong upkeepAt = upkeep.nextAt(now);
            if (upkeepAt.isPresent()) {
                long at = upkeepAt.getAsLong();
                due = Times.earlier(due, isPaused(at) ? pausedUntil : at);
            }
        }
        return due;
    }

    /** The end of this queue: everybody who waits is told {@code reason}. Its keys may begin in another queue. */
    public void close(String reason) {
        lookUps.failAll(reason);
    }

    public QueueSizes sizes() {
        return new QueueSizes(
                lookUps.callers(),
                upkeep.puts(),
                upkeep.backlog(),
                upkeep.resting(),
                upkeep.removes(),
                inFlight.size());
    }

    private void fail(Sent sent, String reason, long now) {
        StoreReply failed = new StoreReply.Failed(reason, true);
        sent.jobs().forEach(job -> settle(job, failed, sent.at(), now));
        pause(now);
    }

    private void settle(Job job, StoreReply reply, long sentAt, long now) {
        switch (job) {
            case Job.Fetch(long key) -> lookUps.replied(key, reply);
            case Job.Put put -> upkeep.putReplied(put.kept(), reply, sentAt, now);
            case Job.Extend extend -> upkeep.extendReplied(extend.kept(), reply, sentAt, now);
            case Job.Remove _ -> {} // It was a convenience; the key goes by itself.
        }
    }

    /** Stores wait a while, longer each time; batches that fail together count as one failure. */
    private void pause(long now) {
        if (isPaused(now)) {
            return;
        }
        long pause = settings.pauseMin().toNanos() << Math.min(failuresInARow, 20);
        pausedUntil = now + Math.min(pause, settings.pauseMax().toNanos());
        failuresInARow++;
    }

    private boolean isPaused(long now) {
        return failuresInARow > 0 && pausedUntil - now > 0;
    }

    private long batchDeadline(Sent sent) {
        return sent.at() + settings.batchTimeMax().toNanos();
    }
}
