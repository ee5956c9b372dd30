package dev.reveille.session.compute;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.protocol.names.EndpointKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The computes that are awake as far as this node knows: what the {@link Endpoint} actors learned, where sessions can
 * read it without asking anybody. Any thread.
 */
public final class ReadyComputes {

    private final Cache<EndpointKey, KnownCompute> known;
    private final AtomicLong generations = new AtomicLong();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder spuriousHits = new LongAdder();

    /**
     * @param sizeMax computes remembered at most
     * @param idleMax how long an address that nobody asks for is remembered
     */
    public ReadyComputes(int sizeMax, Duration idleMax, Ticker ticker) {
        this.known = Caffeine.newBuilder()
                .maximumSize(sizeMax)
                .executor(Runnable::run) // Cleaning up takes less than waking somebody else for it.
                .expireAfterAccess(idleMax)
                .ticker(ticker)
                .build();
    }

    /** The compute, where it is known to be awake. */
    public Optional<KnownCompute> find(EndpointKey key) {
        Optional<KnownCompute> found = Optional.ofNullable(known.getIfPresent(key));
        (found.isPresent() ? hits : misses).increment();
        return found;
    }

    /** The same, for those whose question is not a session's and is not counted. */
    Optional<KnownCompute> peek(EndpointKey key) {
        return Optional.ofNullable(known.getIfPresent(key));
    }

    /** A wake told where the compute is. */
    KnownCompute learn(EndpointKey key, Compute compute) {
        KnownCompute learned = new KnownCompute(compute, generations.incrementAndGet());
        known.put(key, learned);
        return learned;
    }

    /** The address of this generation turned out to be stale. Says whether it was still believed. */
    boolean unlearn(EndpointKey key, long generation) {
        boolean[] removed = {false};
        known.asMap().computeIfPresent(key, (_, current) -> {
            removed[0] = current.generation() == generation;
            return removed[0] ? null : current;
        });
        if (removed[0]) {
            spuriousHits.increment();
        }
        return removed[0];
    }

    /** Whoever runs the compute put it to sleep. */
    public void forget(EndpointKey key) {
        known.invalidate(key);
    }

    /** How often a session found what it looked for. */
    public long hits() {
        return hits.sum();
    }

    /** How often it had to ask. */
    public long misses() {
        return misses.sum();
    }

    /** How often what was found turned out to be stale. */
    public long spuriousHits() {
        return spuriousHits.sum();
    }
}
