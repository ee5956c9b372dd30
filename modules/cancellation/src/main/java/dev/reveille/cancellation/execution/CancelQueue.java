package dev.reveille.cancellation.execution;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose turn it is: one lane for each compute address, served in turn, so that a compute that does not answer delays no
 * other. Pure; used by the executor's actor only.
 */
final class CancelQueue {

    private final ExecutionSettings settings;
    private final Map<InetSocketAddress, Lane> lanes = new LinkedHashMap<>();
    private int waiting;
    private int running;

    private static final class Lane {
        private final Deque<CancelJob> waiting = new ArrayDeque<>();
        private int running;
    }

    CancelQueue(ExecutionSettings settings) {
        this.settings = settings;
    }

    /** Takes {@code job} in, if there is room. */
    boolean offer(CancelJob job) {
        Lane lane = lanes.computeIfAbsent(job.target().address(), _ -> new Lane());
        if (waiting >= settings.waitingMax() || lane.waiting.size() >= settings.waitingForOneMax()) {
            forgetIfEmpty(job.target().address(), lane);
            return false;
        }
        lane.waiting.add(job);
        waiting++;
        return true;
    }

    /** The next job that may begin, which is under way from now on until {@link #ended}. */
    Optional<CancelJob> next() {
        if (running >= settings.atAllMax()) {
            return Optional.empty();
        }
        Iterator<Map.Entry<InetSocketAddress, Lane>> all = lanes.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<InetSocketAddress, Lane> entry = all.next();
            Lane lane = entry.getValue();
            if (!lane.waiting.isEmpty() && lane.running < settings.atOneMax()) {
                // To the end of the round.
                all.remove();
                lanes.put(entry.getKey(), lane);
                lane.running++;
                running++;
                waiting--;
                return Optional.of(lane.waiting.remove());
            }
        }
        return Optional.empty();
    }

    /** A job to this address is no longer under way. */
    void ended(InetSocketAddress address) {
        Lane lane = lanes.get(address);
        lane.running--;
        running--;
        forgetIfEmpty(address, lane);
    }

    boolean isEmpty() {
        return lanes.isEmpty();
    }

    /** Jobs that wait. */
    int waiting() {
        return waiting;
    }

    private void forgetIfEmpty(InetSocketAddress address, Lane lane) {
        if (lane.running == 0 && lane.waiting.isEmpty()) {
            lanes.remove(address);
        }
    }
}
