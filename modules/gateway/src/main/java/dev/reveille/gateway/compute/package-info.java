/**
 * The back door: how computes are reached. Names are resolved, sockets opened and secured, cancel requests delivered;
 * each with a deadline. Start reading with {@link dev.reveille.gateway.compute.BackDoor}. What is said on a connection
 * once it is open is the session's business.
 */
package dev.reveille.gateway.compute;
