/**
 * The names that a client gives: endpoint, role, database and the options that choose among an endpoint's computes.
 *
 * <p>Each is a type of its own, so that one cannot stand where another is due, and each checks itself when it is made.
 * Names come from strangers: nothing here interns or keeps them.
 */
package dev.reveille.protocol.names;
