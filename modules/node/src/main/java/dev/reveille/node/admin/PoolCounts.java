package dev.reveille.node.admin;

/**
 * Compute connections that requests share, of all endpoints: the first three at this moment, the others since the start.
 *
 * @param open connections, those being opened included
 * @param idle those of them that wait for work
 * @param waiting requests that wait for a connection
 * @param opened connections that were logged in
 * @param hits requests that found a connection of somebody before
 * @param waits requests that had to wait for a connection
 * @param refusals requests that waited in vain, or could not even wait
 * @param resetsFailed connections that could not be made to forget their last user, and were closed
 * @param retries requests that were carried out on a second connection because the first was dead
 * @param cancels statements that were cancelled, because the caller went away or they ran for too long
 */
public record PoolCounts(
        int open,
        int idle,
        int waiting,
        long opened,
        long hits,
        long waits,
        long refusals,
        long resetsFailed,
        long retries,
        long cancels) {

    String json() {
        return """
                {"open":%d,"idle":%d,"waiting":%d,"opened":%d,"hits":%d,"waits":%d,"refusals":%d,\
                "resetsFailed":%d,"retries":%d,"cancels":%d}""".formatted(open, idle, waiting, opened, hits, waits, refusals, resetsFailed, retries, cancels);
    }
}
