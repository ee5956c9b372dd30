/**
 * Who may interrupt a running query: the keys that clients hold, and who answers for them.
 *
 * <p>{@link dev.reveille.cancellation.CancelKeys} keeps the keys of this node's sessions. Whoever hears a CancelRequest
 * looks its key up there and asks the session, its {@link dev.reveille.cancellation.CancelHolder}; a {@link
 * dev.reveille.cancellation.CancelDelivery} brings the cancellation to the compute. Knows no socket and no login.
 */
package dev.reveille.cancellation;
