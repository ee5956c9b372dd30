package dev.reveille.session.relay;

/**
 * How a relay went.
 *
 * @param end why it ended
 * @param queryRunning whether a query of this session was still running at the compute
 * @param bytesToCompute bytes carried from the client to the compute
 * @param bytesToClient bytes carried from the compute to the client
 * @param queries answered queries: the ReadyForQuery messages that passed
 */
public record RelaySummary(End end, boolean queryRunning, long bytesToCompute, long bytesToClient, long queries) {

    /** Why a relay ended. */
    public enum End {
        /** The client said Terminate. */
        CLIENT_TERMINATED,
        /** The client closed its connection without a word. */
        CLIENT_CLOSED,
        /** The connection to the client broke. */
        CLIENT_FAILED,
        /** What the client sent is no message of the protocol. */
        CLIENT_BABBLED,
        /** The compute ended the session. */
        COMPUTE_CLOSED,
        /** The connection to the compute broke. */
        COMPUTE_FAILED,
        /** What the compute sent is no message of the protocol. */
        COMPUTE_BABBLED,
        /** Reveille ended the session: the node is leaving, or access was revoked. */
        SENT_AWAY
    }
}
