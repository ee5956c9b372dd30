/**
 * Carrying cancellations out at computes without ever crowding one: {@link
 * dev.reveille.cancellation.execution.CancelExecutor} hands each to a short-lived child. Knows no session; how a compute
 * is reached is a role that others play.
 */
package dev.reveille.cancellation.execution;
