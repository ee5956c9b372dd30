/**
 * Compute connections that many requests share, one after the other.
 *
 * <p>{@link dev.reveille.session.pool.ComputePools} is the way in: it finds the {@code EndpointPool} of an order's endpoint,
 * an actor on one loop, which gives the order a {@code PooledConnection}, an actor of its own on the same loop. What is said
 * to the compute for an order, and what its answers mean, is an {@code Errand}; what is asked for and what comes of it is
 * told in the words of {@code session.statement}.
 *
 * <p>A connection is an {@code Opening} first, then {@code Serving}, and {@code Forgetting} between two users, by a command
 * that {@code Resets} chooses; the pool keeps its {@code Members} and a {@code WaitingLine}. A transaction that lasts from one
 * request to the next is an {@code OpenTransaction}, found through {@link dev.reveille.session.pool.Transactions}. Nothing here
 * knows HTTP, and no session of a client's own comes here: those have {@code session.kept}.
 */
package dev.reveille.session.pool;
