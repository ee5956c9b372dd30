package dev.reveille.node.admin;

/**
 * How well a cache serves, counted since the start.
 *
 * @param hits questions that it answered
 * @param misses questions that it had no answer to
 * @param spurious hits whose answer turned out to be out of date
 */
public record CacheCounts(long hits, long misses, long spurious) {

    String json() {
        return "{\"hits\":%d,\"misses\":%d,\"spurious\":%d}".formatted(hits, misses, spurious);
    }
}
