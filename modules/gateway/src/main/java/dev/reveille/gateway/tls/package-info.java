/**
 * Certificates and TLS: reading what operators put into a directory, choosing the certificate for a client's first
 * message, keeping the choice fresh while connections live, and the client side of TLS towards computes.
 *
 * <p>Everything served belongs to one immutable {@link dev.reveille.gateway.tls.Certificates} snapshot; a reload swaps
 * the snapshot, and connections keep what they began with. Files are read on the caller's thread, never on a loop.
 * Pipelines live next door, in {@code front}. Start reading at {@link dev.reveille.gateway.tls.CertificateStore}.
 */
package dev.reveille.gateway.tls;
