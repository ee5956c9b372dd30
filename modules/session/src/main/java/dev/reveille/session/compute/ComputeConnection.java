package dev.reveille.session.compute;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.session.relay.Link;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * An open connection to a compute, secured as asked, on which nothing of PostgreSQL has been said yet.
 *
 * @param link the bytes both ways; not opened yet
 * @param peer where the socket really leads, for cancel requests
 * @param encrypted whether the bytes travel inside TLS
 * @param endPointDigest the {@code tls-server-end-point} digest of the compute's certificate, for channel binding
 * @param close ends a connection whose link was never opened; may be called on any thread, and more than once
 */
public record ComputeConnection(
        Link link, InetSocketAddress peer, boolean encrypted, Optional<ByteString> endPointDigest, Runnable close) {

    /** What it takes to cancel what runs on this connection, which leads to {@code compute}. */
    public CancelTarget cancelTarget(Compute compute, BackendKeyData key) {
        return new CancelTarget(
                peer,
                security(compute.tls()),
                compute.tls().serverName().orElse(compute.address().host()),
                key.processId(),
                key.secretKey());
    }

    private CancelTarget.Security security(ComputeTls tls) {
        if (!encrypted) {
            return CancelTarget.Security.CLEAR;
        }
        return tls.mode() == ComputeTls.Mode.VERIFY_FULL
                ? CancelTarget.Security.TLS_VERIFIED
                : CancelTarget.Security.TLS;
    }
}
