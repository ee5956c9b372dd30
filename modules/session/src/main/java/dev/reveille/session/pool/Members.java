package dev.reveille.session.pool;

import dev.reveille.session.statement.StatementOrder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All connections of one pool, within its bounds, and which of them are idle. Closing is told to a connection here; what it
 * has to say afterwards comes to the pool. Used by the pool's actor only.
 */
final class Members {

    private final PoolSettings settings;
    private final PoolCounters counters;
    private final Set<Member> all = new LinkedHashSet<>();
    private final IdleStacks idle;

    Members(PoolSettings settings, PoolCounters counters) {
        this.settings = settings;
        this.counters = counters;
        this.idle = new IdleStacks(counters.idle);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Whether any of them does more than wait for work. */
    boolean anyAtWork() {
        return all.size() > idle.size();
    }

    void add(Member member) {
        all.add(member);
        counters.open.incrementAndGet();
    }

    /** It is gone, or will be in a moment, and counts no longer. Again: no effect. */
    void drop(Member member) {
        if (all.remove(member)) {
            counters.open.decrementAndGet();
            if (member.occupation() == Member.Occupation.IDLE) {
                idle.remove(member);
            }
            member.occupiedBy(Member.Occupation.GONE);
        }
    }

    void close(Member member) {
        member.tell(PooledConnection.Order.CLOSE);
        drop(member);
    }

    void closeNow() {
        all.forEach(member -> member.tell(PooledConnection.Order.CLOSE_NOW));
    }

    /** There is nobody any more who could be told anything. */
    void forgetAll() {
        idle.removeAll();
        counters.open.addAndGet(-all.size());
        all.clear();
    }

    /** Whether one more may be opened; one that is idle for others makes room. */
    boolean makeRoom() {
        if (all.size() < settings.connectionsMax()) {
            return true;
        }
        Optional<Member> oldest = idle.removeOldest();
        oldest.ifPresent(this::close);
        return oldest.isPresent();
    }

    /** How many will be free in a moment for an order like this. */
    long soonFreeFor(StatementOrder order) {
        return all.stream()
                .filter(member -> member.occupation() == Member.Occupation.FORGETTING
                        && member.key().equals(order.pool())
                        && !member.isOutdatedFor(order.keys()))
                .count();
    }

    // ---- the idle ones ----

    /** One that may serve this order; those that have an old secret of its role are closed. */
    Optional<Member> takeIdleFor(StatementOrder order) {
        Optional<Member> last = idle.take(order.pool());
        while (last.isPresent() && last.get().isOutdatedFor(order.keys())) {
            close(last.get());
            last = idle.take(order.pool());
        }
        return last;
    }

    /** It waits for work from now on, or is closed where the node has enough of those. */
    void rest(Member member) {
        if (counters.idle.get() < settings.idleMaxOfNode()) {
            member.occupiedBy(Member.Occupation.IDLE);
            idle.add(member);
        } else {
            close(member);
        }
    }

    void closeIdle() {
        closeAll(idle.removeAll());
    }

    /** Closes those that nobody needed for long. */
    void tick() {
        closeAll(idle.removeOlderThan(settings.idleTicksMax()));
        closeAll(idle.removeSurplus(settings.idleMaxOfEndpoint()));
    }

    private void closeAll(List<Member> members) {
        members.forEach(this::close);
    }
}
