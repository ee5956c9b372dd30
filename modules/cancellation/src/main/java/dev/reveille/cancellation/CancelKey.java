package dev.reveille.cancellation;

import org.apache.pekko.util.ByteString;

/**
 * What a client must show to interrupt its session's query: given to it as BackendKeyData in place of the compute's own
 * key. Whoever holds it may cancel, so it does not print its secret.
 *
 * @param processId which session of this node; not a secret, and no process id of anything
 * @param secret 4 bytes for protocol 3.0, more for 3.2
 */
public record CancelKey(int processId, ByteString secret) {

    @Override
    public String toString() {
        return "CancelKey[%d, ***]".formatted(processId);
    }
}
