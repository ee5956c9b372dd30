/**
 * The embedded control plane: every endpoint is a PostgreSQL data directory on this machine, whose server runs while
 * somebody uses it (design decision 5). For development and tests; it needs no service beside it.
 *
 * <p>Start at {@link dev.reveille.node.embedded.EmbeddedControlPlane}, the role that sessions see. {@code
 * EmbeddedCompute} is the actor that decides when a server starts and stops; {@code LocalPostgres} and the processes
 * under it do what the actor decides, on virtual threads. {@code DataDirectory} says which file lies where. Nothing in
 * here speaks the PostgreSQL protocol or opens a socket: servers are asked how they are through their files.
 */
package dev.reveille.node.embedded;
