package dev.reveille.gateway.leaks;

import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's detector of buffers that were thrown away without being given back, which tells what it sees instead of only
 * writing it into a log. Named in this module's {@code pom.xml}, and looking at every fourth buffer there; a node runs without one, because a
 * detector costs every message something.
 */
public final class LeakWitness<T> extends ResourceLeakDetector<T> {

    private static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

    /** Called by Netty. */
    public LeakWitness(Class<?> kind, int samplingInterval) {
        super(kind, samplingInterval);
    }

    /** Called by Netty's older constructor lookup, whose third argument has no meaning any more. */
    public LeakWitness(Class<?> kind, int samplingInterval, @SuppressWarnings("unused") long most) {
        super(kind, samplingInterval);
    }

    /** What was lost since the last call, with the places that had it; the collector decides when that is noticed. */
    static String lost() {
        StringBuilder all = new StringBuilder();
        for (String seen = SEEN.poll(); seen != null; seen = SEEN.poll()) {
            all.append(seen).append('\n');
        }
        return all.toString();
    }

    @Override
    protected void reportTracedLeak(String kind, String records) {
        SEEN.add(kind + " was never released" + records);
    }

    @Override
    protected void reportUntracedLeak(String kind) {
        SEEN.add(kind + " was never released");
    }
}
