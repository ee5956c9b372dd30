/**
 * The door for PostgreSQL's protocol: accepts, counts, and hands each client to the sessions of its loop. What happens to
 * a connection before it speaks PostgreSQL is in {@code front}.
 */
package dev.reveille.gateway.postgres;
