/**
 * What a key store is to be told, and when: the desired state of a shard's keys, and the batches that bring it about
 * (spec 02 §12.4 and §12.5). Start with {@link dev.reveille.cancellation.queue.StoreQueue}.
 *
 * <p>Pure and single-threaded: no actor, no timer and no clock; whoever owns a queue passes the time in as nanoseconds
 * of one monotonic clock, sends its batches and brings the replies back.
 */
package dev.reveille.cancellation.queue;
