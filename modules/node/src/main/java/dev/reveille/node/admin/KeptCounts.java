package dev.reveille.node.admin;

/**
 * Compute connections that sessions left to those who come after them, of all endpoints.
 *
 * @param idle those that wait for a session at this moment
 * @param reused sessions that found one, since the start
 * @param resetsFailed connections that could not be made to forget their last session, and were closed
 * @param checksFailed connections that were found dead when a session came for them
 */
public record KeptCounts(int idle, long reused, long resetsFailed, long checksFailed) {

    String json() {
        return """
                {"idle":%d,"reused":%d,"resetsFailed":%d,"checksFailed":%d}""".formatted(idle, reused, resetsFailed, checksFailed);
    }
}
