package dev.reveille.session.compute;

import dev.reveille.session.relay.Link;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * An open connection to a compute, secured as asked, on which nothing of PostgreSQL has been said yet.
 *
 * @param link the bytes both ways; may be opened once
 * @param peer where the socket really leads, for cancel requests
 * @param encrypted whether the bytes travel inside TLS
 * @param endPointDigest the {@code tls-server-end-point} digest of the compute's certificate, for channel binding
 * @param close ends a connection whose link was never opened; may be called on any thread, and more than once
 */
public record ComputeConnection(
        Link link, InetSocketAddress peer, boolean encrypted, Optional<ByteString> endPointDigest, Runnable close) {}
