package dev.reveille.gateway.sql;

import java.time.Duration;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.stream.Materializer;

/** Rings once, on the loop of a request's connection. */
final class Clock {

    private Clock() {}

    static Cancellable after(Duration delay, Materializer materializer, Runnable work) {
        return materializer.system().scheduler().scheduleOnce(delay, work, materializer.executionContext());
    }
}
