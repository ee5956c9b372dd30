/**
 * Frames both ways. The wire is a stream stage with the client at one end and, once attached, the compute at the other.
 *
 * <p>While a session logs in, the wire hands over one message at a time and sends what it is told; in the relay ({@code
 * Relay}) it carries chunks by itself and only looks at message headers, so that it knows where messages end and whether a query
 * runs ({@code Traffic}). Two plain sockets are left to each other for as long as nothing is to be decided ({@link
 * dev.reveille.session.relay.Splice}). Start reading with {@link dev.reveille.session.relay.Wire}. Nothing here knows what a login
 * is.
 */
package dev.reveille.session.relay;
