/**
 * SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, both sides: how a password is proved without being said (RFC 5802, RFC 7677;
 * PostgreSQL manual, "SASL Authentication"; spec 01 §11).
 *
 * <p>Each side of an exchange is a row of immutable states: ask a state what it has to say, tell it what it hears, and
 * it answers with the next state or with a verdict. Nonces and secrets come in as arguments, so that an exchange can be
 * replayed. Start reading at {@link dev.reveille.protocol.scram.ScramServer}, which hears clients, or at
 * {@link dev.reveille.protocol.scram.ScramClient}, which logs in to computes.
 *
 * <p>What starts from a password costs thousands of hashes and says so: call it away from the event loops. The rest is
 * a handful. Secrets are compared in constant time and never printed.
 */
package dev.reveille.protocol.scram;
