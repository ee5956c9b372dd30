package dev.reveille.session.compute;

/**
 * A compute that is awake as far as this node knows.
 *
 * @param generation names the wake that told us: a report that the address is stale counts only against the same
 *     generation, so a late one never throws away a newer address
 */
public record KnownCompute(Compute compute, long generation) {}
