/**
 * Where a client hides the name of its endpoint when TLS cannot tell it: in the start-up parameter {@code options}, or
 * in front of the password.
 *
 * <p>Start reading at {@link dev.reveille.protocol.routing.StartupOptions}. Which source wins, and what becomes of the
 * name, is decided elsewhere.
 */
package dev.reveille.protocol.routing;
