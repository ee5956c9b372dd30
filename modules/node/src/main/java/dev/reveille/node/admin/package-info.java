/**
 * The door for operators: a small HTTP server with the probes. Start at {@link dev.reveille.node.admin.AdminServer}.
 *
 * <p>It answers about the node through the role {@link dev.reveille.node.admin.Readiness} and knows nothing of sessions,
 * sockets or settings. It has no authentication and belongs on an address that clients cannot reach.
 */
package dev.reveille.node.admin;
