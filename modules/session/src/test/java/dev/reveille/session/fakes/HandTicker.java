package dev.reveille.session.fakes;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A clock for caches that a test moves by hand. */
public final class HandTicker implements Ticker {

    private final AtomicLong nanos = new AtomicLong();

    public void timePasses(Duration span) {
        nanos.addAndGet(span.toNanos());
    }

    @Override
    public long read() {
        return nanos.get();
    }
}
