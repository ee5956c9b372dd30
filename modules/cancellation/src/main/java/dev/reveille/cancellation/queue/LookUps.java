package dev.reveille.cancellation.queue;

import dev.reveille.cancellation.store.StoreReply;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The lane of those who wait for an answer: one Fetch for each key, whatever the number of its callers, and each caller
 * with a deadline of its own.
 *
 * @param <C> who asks
 */
final class LookUps<C> {

    private record Waiting<C>(C caller, long key, long deadline, long sequence) {}

    private final int callersMax;
    private final BiConsumer<C, StoreReply> answers;
    private final Map<Long, List<Waiting<C>>> queued = new LinkedHashMap<>();
    private final Map<Long, List<Waiting<C>>> sent = new HashMap<>();
    private final TreeSet<Waiting<C>> byDeadline = new TreeSet<>(
            Comparator.<Waiting<C>>comparingLong(Waiting::deadline).thenComparing(Waiting::sequence));
    private long sequence;

    LookUps(int callersMax, BiConsumer<C, StoreReply> answers) {
        this.callersMax = callersMax;
        this.answers = answers;
    }

    void add(long key, C caller, long deadline) {
        if (byDeadline.size() >= callersMax) {
            answers.accept(caller, new StoreReply.Failed("too many look-ups wait already", false));
            return;
        }
        Waiting<C> waiting = new Waiting<>(caller, key, deadline, sequence++);
        byDeadline.add(waiting);
        List<Waiting<C>> underWay = sent.get(key);
        if (underWay != null) {
            underWay.add(waiting);
        } else {
            queued.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(waiting);
        }
    }

    void fill(List<Job> batch, int max) {
        Iterator<Map.Entry<Long, List<Waiting<C>>>> next = queued.entrySet().iterator();
        while (batch.size() < max && next.hasNext()) {
            Map.Entry<Long, List<Waiting<C>>> fetch = next.next();
            next.remove();
            sent.put(fetch.getKey(), fetch.getValue());
            batch.add(new Job.Fetch(fetch.getKey()));
        }
    }

    void replied(long key, StoreReply reply) {
        List<Waiting<C>> callers = sent.remove(key);
        if (callers != null) {
            callers.forEach(waiting -> answer(waiting, reply));
        }
    }

    /** Whoever has waited for long enough is told so. */
    void expire(long now) {
        while (!byDeadline.isEmpty() && now - byDeadline.first().deadline() >= 0) {
            Waiting<C> late = byDeadline.first();
            drop(late);
            answer(late, new StoreReply.Failed("the store did not answer in time", true));
        }
    }

    /** These callers want no answer any more; a look-up of theirs alone is not sent. */
    void forget(Predicate<C> gone) {
        byDeadline.stream()
                .filter(waiting -> gone.test(waiting.caller()))
                .toList()
                .forEach(waiting -> {
                    byDeadline.remove(waiting);
                    drop(waiting);
                });
    }

    /** Everybody whose look-up has not been sent is told so. */
    void failQueued(String reason) {
        List<List<Waiting<C>>> unsent = List.copyOf(queued.values());
        queued.clear();
        StoreReply failed = new StoreReply.Failed(reason, true);
        unsent.forEach(callers -> callers.forEach(waiting -> answer(waiting, failed)));
    }

    void failAll(String reason) {
        failQueued(reason);
        List.copyOf(sent.keySet()).forEach(key -> replied(key, new StoreReply.Failed(reason, true)));
    }

    boolean isQueued(long key) {
        return queued.containsKey(key);
    }

    int callers() {
        return byDeadline.size();
    }

    OptionalLong nextDeadline() {
        return byDeadline.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(byDeadline.first().deadline());
    }

    private void drop(Waiting<C> waiting) {
        List<Waiting<C>> unsent = queued.get(waiting.key());
        if (unsent != null) {
            unsent.remove(waiting);
            if (unsent.isEmpty()) {
                queued.remove(waiting.key());
            }
        }
        List<Waiting<C>> underWay = sent.get(waiting.key());
        if (underWay != null) {
            underWay.remove(waiting);
        }
    }

    private void answer(Waiting<C> waiting, StoreReply reply) {
        byDeadline.remove(waiting);
        answers.accept(waiting.caller(), reply);
    }
}
