/**
 * The role that a store of cancel keys plays, what is said to it, and the form in which records are stored. Knows no
 * cluster and no Redis.
 *
 * <p>Start with {@link dev.reveille.cancellation.store.KeyStore}; {@link
 * dev.reveille.cancellation.store.InMemoryKeyStore} plays it for a node alone.
 */
package dev.reveille.cancellation.store;
