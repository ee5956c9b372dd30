package dev.reveille.gateway.jwt;

import java.time.Duration;

/**
 * How tokens are treated.
 *
 * @param tokenLengthMax characters of a token; a longer one is refused unread
 * @param leeway by how much the clocks of issuers may differ from ours
 * @param checksMax signatures that may be in the middle of being checked; one more is told to come again
 * @param rememberedMax tokens whose signature is not checked again
 * @param ages how long key sets are used
 * @param fetching how they are fetched
 */
public record TokenSettings(
        int tokenLengthMax, Duration leeway, int checksMax, int rememberedMax, Ages ages, Fetching fetching) {

    /** The values of spec 01 §13. */
    public static final TokenSettings DEFAULTS =
            new TokenSettings(16 * 1024, Duration.ofSeconds(30), 1_024, 10_000, Ages.DEFAULTS, Fetching.DEFAULTS);

    /**
     * How long a key set is used (spec 01 §13.3).
     *
     * @param fresh until this age, without further thought
     * @param kept until this age too, but it is fetched again meanwhile; older, it is forgotten
     * @param refetch how long after a fetch a key that is not in the set can cause another
     * @param sets key sets at most; the one that was not used for longest makes room
     * @param waiters tokens that may wait for one set; one more is told to come again
     */
    public record Ages(Duration fresh, Duration kept, Duration refetch, int sets, int waiters) {

        public static final Ages DEFAULTS =
                new Ages(Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofSeconds(30), 1_000, 1_000);
    }

    /**
     * How a key set is fetched (spec 01 §13.4).
     *
     * @param connect for reaching the host
     * @param attempt for one try, connecting included
     * @param total for all tries together; nobody waits longer for keys
     * @param retries tries after the first, where a failure may pass
     * @param retryPause before the second try; each further pause is twice as long, all give or take a fifth
     * @param restMin how long a source is left alone after a failed fetch; twice as long after each further one
     * @param restMax the longest such rest
     * @param bodyMax bytes of a key set
     */
    public record Fetching(
            Duration connect,
            Duration attempt,
            Duration total,
            int retries,
            Duration retryPause,
            Duration restMin,
            Duration restMax,
            int bodyMax) {

        public static final Fetching DEFAULTS = new Fetching(
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                3,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                64 * 1024);
    }
}
