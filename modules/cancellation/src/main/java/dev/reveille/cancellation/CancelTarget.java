package dev.reveille.cancellation;

import java.net.InetSocketAddress;
import org.apache.pekko.util.ByteString;

/**
 * What it takes to cancel a query at its compute. The secret is the compute's own; it is told to other nodes
 * and to the key store, over links as secure as they are configured, and is not printed.
 *
 * @param address where the session's socket really leads
 * @param security how the session's connection was secured; a cancel request is never secured less
 * @param hostname the name to ask for and verify in TLS
 * @param processId the compute's process id, from its BackendKeyData
 * @param secretKey the compute's secret, from the same message
 */
public record CancelTarget(
        InetSocketAddress address, Security security, String hostname, int processId, ByteString secretKey) {

    /** How a connection is secured. */
    public enum Security {
        /** In clear text. */
        CLEAR,
        /** TLS; the certificate is not checked. */
        TLS,
        /** TLS with a checked certificate. */
        TLS_VERIFIED
    }

    @Override
    public String toString() {
        return "CancelTarget[%s, %s, %d, ***]".formatted(address, security, processId);
    }
}
