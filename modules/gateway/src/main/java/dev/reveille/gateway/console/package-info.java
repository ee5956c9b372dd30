/**
 * A page for people: where to connect, some SQL, what came of it, and where the time went.
 *
 * <p>{@link dev.reveille.gateway.console.Console} puts one page together from the files that lie beside it as resources; it
 * knows nothing of computes. The page speaks to the same door as everybody else, by WebSocket and by HTTP: start reading
 * with {@code console.html} and {@code console.js}.
 */
package dev.reveille.gateway.console;
