/**
 * The travellers: psql, pgjdbc, node-postgres, and a client of our own that says any byte. Each goes to a
 * {@link dev.reveille.journeys.clients.Destination}. Nothing here knows how the node was started.
 */
package dev.reveille.journeys.clients;
