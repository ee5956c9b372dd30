/**
 * Cancel keys that say where they belong: sealed for clients of protocol 3.2, opened by any node that has the same key
 * material, so that neither a register nor a store is asked. Start with {@link
 * dev.reveille.cancellation.sealing.SealedKeys}. Knows no session and no cluster.
 */
package dev.reveille.cancellation.sealing;
