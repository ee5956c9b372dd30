package dev.reveille.session.compute;

import java.time.Duration;

/**
 * Limits of finding computes.
 *
 * @param wake how a wake is retried
 * @param callMax how long one call of the control plane may take
 * @param refusedFor how long a refusal that nothing will mend is believed
 * @param idleMax how long an endpoint that nobody asks for is remembered
 * @param endpointsMax endpoints remembered at most
 * @param waitersMax sessions that may wait for one endpoint
 */
public record EndpointSettings(
        RetryPolicy wake, Duration callMax, Duration refusedFor, Duration idleMax, int endpointsMax, int waitersMax) {

    public static final EndpointSettings DEFAULTS = new EndpointSettings(
            RetryPolicy.WAKE, Duration.ofSeconds(65), Duration.ofSeconds(30), Duration.ofMinutes(4), 4_000, 10_000);
}
