package dev.reveille.gateway.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Knows the password for Redis as it is now: a role. Whoever issues short-lived tokens plays it, too, and says how long
 * each may be used, so that the next one is there in time.
 */
@FunctionalInterface
public interface PasswordSource {

    /** Asks for the password. Any thread; returns at once, and what blocks is done elsewhere. A failure is retried. */
    CompletionStage<Password> fetch();

    /**
     * A password or a token.
     *
     * @param freshFor ask again after this time, well before the password ends; never, where it does not change
     */
    record Password(String value, Optional<Duration> freshFor) {
        @Override
        public String toString() {
            return "Password[***, %s]".formatted(freshFor);
        }
    }
}
