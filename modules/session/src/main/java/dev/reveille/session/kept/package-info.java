/**
 * Compute connections that outlive their sessions, as a session pooler's do: when a client leaves with nothing under way,
 * the connection is made to forget it and waits for the next client that looks the same to the compute (decision 0013).
 *
 * <p>{@link dev.reveille.session.kept.KeptConnections} has those of one loop. A session takes one there, or a {@link
 * dev.reveille.session.kept.Lease} for one that it opened itself; through the lease its wire gives the connection back. No
 * request over HTTP comes here: those have {@code session.pool}.
 */
package dev.reveille.session.kept;
