package dev.reveille.session.compute;

/**
 * Where a compute runs, as a wake answered.
 *
 * @param address where to connect
 * @param tls how to secure the connection
 * @param startedForThis whether this wake started the compute (a cold start), for accounting
 */
public record Compute(ComputeAddress address, ComputeTls tls, boolean startedForThis) {}
