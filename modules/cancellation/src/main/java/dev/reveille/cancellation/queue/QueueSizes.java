package dev.reveille.cancellation.queue;

/**
 * How much there is of everything in a queue.
 *
 * @param callers who wait for a look-up
 * @param puts first stores that are queued in order
 * @param backlog stores that are postponed, or have to be caught up with
 * @param resting keys in the store for which nothing is to be done yet
 * @param removes removals that are queued
 * @param batches batches in flight
 */
public record QueueSizes(int callers, int puts, int backlog, int resting, int removes, int batches) {}
