package dev.reveille.cancellation.cluster;

/**
 * How many keys there are, and which: counted in any order. Two tallies that agree are of the same keys, but for one chance
 * in 2^64; a count alone would not tell a key that is missing and another that is over from none of either. For one thread.
 */
final class KeyTally {

    private int count;
    private long digest;

    void add(long key) {
        count++;
        digest += scattered(key);
    }

    void remove(long key) {
        count--;
        digest -= scattered(key);
    }

    void clear() {
        count = 0;
        digest = 0;
    }

    int count() {
        return count;
    }

    /** The sum of all keys, each scattered first. */
    long digest() {
        return digest;
    }

    /** Whether a node that says this has just these keys, as far as it says. */
    boolean agrees(CancellationShard.Census census) {
        return count == census.count()
                && (census.digest().isEmpty() || census.digest().getAsLong() == digest);
    }

    /** The last step of MurmurHash3, by which each bit depends on all others. The same in every release. */
    private static long scattered(long key) {
        long bits = key;
        bits = (bits ^ (bits >>> 33)) * 0xFF51AFD7ED558CCDL;
        bits = (bits ^ (bits >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return bits ^ (bits >>> 33);
    }
}
