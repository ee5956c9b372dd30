package dev.reveille.session.pool;

import dev.reveille.session.statement.PoolKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.Cancellable;

/**
 * Jobs that wait for a connection, in the order in which they came. Used by the pool's actor only, but for the node's
 * count.
 */
final class WaitingLine {

    private final ArrayDeque<Place> places = new ArrayDeque<>();
    private final AtomicInteger ofNode;

    private record Place(Job job, long since, Cancellable clock) {}

    WaitingLine(AtomicInteger ofNode) {
        this.ofNode = ofNode;
    }

    int size() {
        return places.size();
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    /** @param clock rings when it has waited for too long */
    void add(Job job, Cancellable clock) {
        places.add(new Place(job, System.nanoTime(), clock));
        ofNode.incrementAndGet();
    }

    int count(PoolKey key) {
        int count = 0;
        for (Place place : places) {
            if (place.job().order().pool().equals(key)) {
                count++;
            }
        }
        return count;
    }

    /**
     * The first that this connection fits; none where the first of all needs another one and has been passed over for long
     * enough.
     */
    Optional<Job> takeFor(Member member, Duration passedOverMax) {
        if (places.isEmpty()) {
            return Optional.empty();
        }
        boolean firstOnly = System.nanoTime() - places.peek().since() > passedOverMax.toNanos();
        for (Iterator<Place> each = places.iterator(); each.hasNext(); ) {
            Place place = each.next();
            if (fits(member, place.job())) {
                each.remove();
                left(place);
                return Optional.of(place.job());
            }
            if (firstOnly) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    Optional<Job> takeFirst() {
        Optional<Place> first = Optional.ofNullable(places.poll());
        first.ifPresent(this::left);
        return first.map(Place::job);
    }

    boolean remove(Job job) {
        for (Iterator<Place> each = places.iterator(); each.hasNext(); ) {
            Place place = each.next();
            if (place.job() == job) {
                each.remove();
                left(place);
                return true;
            }
        }
        return false;
    }

    List<Job> removeAll() {
        List<Job> all = new ArrayList<>();
        while (!places.isEmpty()) {
            takeFirst().ifPresent(all::add);
        }
        return all;
    }

    private void left(Place place) {
        place.clock().cancel();
        ofNode.decrementAndGet();
    }

    private static boolean fits(Member member, Job job) {
        return job.order().mayUsePooled()
                && member.key().equals(job.order().pool())
                && !member.isOutdatedFor(job.order().keys());
    }
}
