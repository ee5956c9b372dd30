package dev.reveille.session.pool;

import dev.reveille.session.statement.PoolKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections of one endpoint that wait for work. The one that came last is taken first, so that those which are not
 * needed grow old. Used by the pool's actor only, but for the node's count.
 */
final class IdleStacks {

    private final Map<PoolKey, ArrayDeque<Member>> stacks = new HashMap<>();

    /** Who came first is first. */
    private final Set<Member> all = new LinkedHashSet<>();

    private final AtomicInteger ofNode;

    IdleStacks(AtomicInteger ofNode) {
        this.ofNode = ofNode;
    }

    int size() {
        return all.size();
    }

    void add(Member member) {
        stacks.computeIfAbsent(member.key(), _ -> new ArrayDeque<>()).push(member);
        all.add(member);
        ofNode.incrementAndGet();
    }

    Optional<Member> take(PoolKey key) {
        ArrayDeque<Member> stack = stacks.get(key);
        if (stack == null) {
            return Optional.empty();
        }
        Member last = stack.pop();
        left(last, stack);
        return Optional.of(last);
    }

    void remove(Member member) {
        ArrayDeque<Member> stack = stacks.get(member.key());
        if (stack != null && stack.remove(member)) {
            left(member, stack);
        }
    }

    Optional<Member> removeOldest() {
        Optional<Member> oldest = all.stream().findFirst();
        oldest.ifPresent(this::remove);
        return oldest;
    }

    /** Those for which this is a tick too many. */
    List<Member> removeOlderThan(int ticksMax) {
        List<Member> old = new ArrayList<>();
        for (Member member : all) {
            if (member.anotherIdleTick() > ticksMax) {
                old.add(member);
            }
        }
        old.forEach(this::remove);
        return old;
    }

    /**
     * Those beyond {@code most} that nobody needed for a whole tick. Not at once: under a steady load as many come as go, and
     * each that were closed too early would be opened again in a moment.
     */
    List<Member> removeSurplus(int most) {
        List<Member> surplus = all.stream()
                .filter(member -> member.idleTicks() > 1)
                .limit(Math.max(0, all.size() - most))
                .toList();
        surplus.forEach(this::remove);
        return surplus;
    }

    List<Member> removeAll() {
        List<Member> removed = List.copyOf(all);
        removed.forEach(this::remove);
        return removed;
    }

    private void left(Member member, ArrayDeque<Member> stack) {
        if (stack.isEmpty()) {
            stacks.remove(member.key());
        }
        all.remove(member);
        ofNode.decrementAndGet();
    }
}
