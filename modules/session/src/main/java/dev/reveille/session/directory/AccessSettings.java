package dev.reveille.session.directory;

import java.time.Duration;

/**
 * Limits of what is remembered about access.
 *
 * @param sizeMax answers remembered at most
 * @param believedFor how long an answer is believed
 * @param refusedFor how long a refusal is believed that nothing will mend
 * @param doubtAfter how old an answer must be for a wrong password to throw it away
 * @param callMax how long the control plane may take to answer
 */
public record AccessSettings(
        int sizeMax, Duration believedFor, Duration refusedFor, Duration doubtAfter, Duration callMax) {

    public static final AccessSettings DEFAULTS = new AccessSettings(
            100_000, Duration.ofMinutes(4), Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(65));
}
