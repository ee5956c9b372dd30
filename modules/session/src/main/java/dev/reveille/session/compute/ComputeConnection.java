package dev.reveille.session.compute;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/**
 * An open connection to a compute, secured as asked, on which nothing of PostgreSQL has been said yet.
 *
 * @param flow the bytes both ways; may be materialised once
 * @param peer where the socket really leads, for cancel requests
 * @param encrypted whether the bytes travel inside TLS
 * @param endPointDigest the {@code tls-server-end-point} digest of the compute's certificate, for channel binding
 * @param close ends a connection whose flow was never materialised; may be called on any thread, and more than once
 */
public record ComputeConnection(
        Flow<ByteString, ByteString, NotUsed> flow,
        InetSocketAddress peer,
        boolean encrypted,
        Optional<ByteString> endPointDigest,
        Runnable close) {}
