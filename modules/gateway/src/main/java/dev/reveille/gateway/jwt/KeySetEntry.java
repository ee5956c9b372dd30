package dev.reveille.gateway.jwt;

import dev.reveille.gateway.jwt.TokenSettings.Ages;
import dev.reveille.gateway.jwt.TokenSettings.Fetching;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key set of one url, as it is now (spec 01 §13.3). At most one fetch is on its way, whoever asks.
 *
 * <pre>
 *   age       0 ────────── fresh ────────────────────── kept ──────────────▶
 *   current   use it       use it, and fetch meanwhile   wait for a fetch
 *   newer     the same; where the last fetch is older than {@code refetch}, wait for another first
 * </pre>
 *
 * After a fetch that failed the source rests, each time longer: those who wait for it then hear at once that there are no
 * keys. A failure takes no keys away. Any thread; short locks, and no call to the outside under them.
 */
final class KeySetEntry {

    private static final Logger LOG = LoggerFactory.getLogger(KeySetEntry.class);
    private static final int DOUBLINGS_MAX = 20;

    private final KeySetUrl url;
    private final KeySetSource source;
    private final Ages ages;
    private final Fetching fetching;
    private final InstantSource clock;

    private volatile Optional<Kept> kept = Optional.empty();
    private volatile Instant lastUse;

    private Optional<CompletableFuture<Optional<KeySet>>> renewal = Optional.empty();
    private Instant lastFetch = Instant.MIN;
    private Duration rest = Duration.ZERO;
    private int failures;
    private int waiting;

    private record Kept(KeySet keys, Instant since) {

        /** A clock that was set back makes everything old, rather than young for long. */
        boolean isYoungerThan(Duration age, Instant now) {
            return !now.isBefore(since) && Duration.between(since, now).compareTo(age) <= 0;
        }
    }

    KeySetEntry(KeySetUrl url, KeySetSource source, TokenSettings settings, InstantSource clock) {
        this.url = url;
        this.source = source;
        this.ages = settings.ages();
        this.fetching = settings.fetching();
        this.clock = clock;
        this.lastUse = clock.instant();
    }

    Instant lastUse() {
        return lastUse;
    }

    /** The keys; nothing where there are none now. Never fails. */
    CompletionStage<Optional<KeySet>> current() {
        Instant now = clock.instant();
        lastUse = now;
        Optional<Kept> known = kept;
        if (known.isPresent() && known.get().isYoungerThan(ages.fresh(), now)) {
            return CompletableFuture.completedStage(Optional.of(known.get().keys()));
        }
        return staleOrFetched(now);
    }

    private synchronized CompletionStage<Optional<KeySet>> staleOrFetched(Instant now) {
        Optional<KeySet> usable = usable(now);
        if (renewal.isEmpty() && hasRested(now)) {
            begin(now);
        }
        return usable.isPresent() ? CompletableFuture.completedStage(usable) : awaitRenewal();
    }

    /** The keys once more, for somebody who did not find his in {@code seen}. Never fails. */
    synchronized CompletionStage<Optional<KeySet>> newerThan(KeySet seen) {
        Instant now = clock.instant();
        Optional<KeySet> usable = usable(now);
        if (usable.isPresent() && usable.get() != seen) {
            return CompletableFuture.completedStage(usable);
        }
        if (renewal.isEmpty() && hasRested(now) && hasPassed(ages.refetch(), now)) {
            begin(now);
        }
        return renewal.isPresent() ? awaitRenewal() : CompletableFuture.completedStage(usable);
    }

    private Optional<KeySet> usable(Instant now) {
        return kept.filter(set -> set.isYoungerThan(ages.kept(), now)).map(Kept::keys);
    }

    private boolean hasRested(Instant now) {
        return hasPassed(rest, now);
    }

    private boolean hasPassed(Duration pause, Instant now) {
        return lastFetch.equals(Instant.MIN)
                || now.isBefore(lastFetch)
                || Duration.between(lastFetch, now).compareTo(pause) >= 0;
    }

    private CompletionStage<Optional<KeySet>> awaitRenewal() {
        if (renewal.isEmpty() || waiting >= ages.waiters()) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        waiting++;
        return renewal.get().copy();
    }

    private void begin(Instant now) {
        CompletableFuture<Optional<KeySet>> outcome = new CompletableFuture<>();
        renewal = Optional.of(outcome);
        lastFetch = now;
        waiting = 0;
        Thread.ofVirtual().name("reveille-keys").start(() -> fetch(outcome, now));
    }

    private void fetch(CompletableFuture<Optional<KeySet>> outcome, Instant since) {
        CompletionStage<ByteString> body;
        try {
            body = source.fetch(url);
        } catch (RuntimeException fault) {
            body = CompletableFuture.failedStage(fault);
        }
        body.thenApply(KeySetReader::read)
                .toCompletableFuture()
                .orTimeout(fetching.total().toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((keys, failure) -> outcome.complete(settle(since, Optional.ofNullable(keys), failure)));
    }

    private synchronized Optional<KeySet> settle(Instant since, Optional<KeySet> keys, Throwable failure) {
        renewal = Optional.empty();
        if (keys.isPresent()) {
            kept = Optional.of(new Kept(keys.get(), since));
            if (failures > 0) {
                log(keys.get());
            }
            failures = 0;
            rest = Duration.ZERO;
        } else {
            if (failures == 0) {
                log(failure);
            }
            rest = restAfter(failures);
            failures++;
        }
        return usable(clock.instant());
    }

    private Duration restAfter(int failuresBefore) {
        Duration doubled = fetching.restMin().multipliedBy(1L << Math.min(failuresBefore, DOUBLINGS_MAX));
        Duration bounded = doubled.compareTo(fetching.restMax()) > 0 ? fetching.restMax() : doubled;
        return Duration.ofNanos(
                (long) (bounded.toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.0)));
    }

    private void log(KeySet keys) {
        LOG.atInfo()
                .addKeyValue("url", url)
                .addKeyValue("keys", keys.size())
                .log("the keys for tokens are there again");
    }

    /** Once for each time of trouble, not for each try. */
    private void log(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        LOG.atWarn()
                .addKeyValue("url", url)
                .addKeyValue("cause", cause.toString())
                .log("the keys for tokens could not be fetched");
    }
}
