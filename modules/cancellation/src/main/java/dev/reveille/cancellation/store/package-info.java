/**
 * The role that a store of cancel keys plays, and what is said to it. Knows no cluster and no Redis.
 */
package dev.reveille.cancellation.store;
