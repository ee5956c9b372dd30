package dev.reveille.session;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.util.ByteString;

/**
 * What the door knows of a client before a byte of the PostgreSQL protocol is read: made by the gateway when the
 * connection is plain text at last (after PROXY header and TLS), and handed to the session.
 *
 * @param id the session's id, fresh for each connection
 * @param door which kind of door the client came through
 * @param client the client's address; the one in the PROXY header where there was one
 * @param tls what TLS proved, absent where the client came in clear text
 * @param tlsRequired whether a login in clear text must be refused (spec 01 §4.2)
 * @param privateLink the private link's id from the PROXY header: an AWS endpoint id, or an Azure link id in decimal
 * @param acceptedAtNanos {@link System#nanoTime} when the socket was accepted; the login deadline counts from here
 */
public record ClientConnection(
        SessionId id,
        Door door,
        InetSocketAddress client,
        Optional<ClientTls> tls,
        boolean tlsRequired,
        Optional<String> privateLink,
        long acceptedAtNanos) {

    /** How the client came in. */
    public enum Door {
        /** A socket that speaks the PostgreSQL protocol, with TLS or without. */
        TCP,
        /** PostgreSQL's protocol inside WebSocket frames; passwords come in clear text inside the outer TLS. */
        WEB_SOCKET
    }

    /**
     * What TLS told about the client.
     *
     * @param serverName the server name the client asked for (SNI), in lower case
     * @param domains the names of our certificates without a leading {@code *.}, in lower case: a server name one
     *     label below one of them names an endpoint (spec 01 §7.2). One set shared by all connections of a
     *     certificate generation.
     * @param endPointDigest the {@code tls-server-end-point} digest of the certificate that was served (RFC 5929), or
     *     nothing where the certificate's signature algorithm defines none; then SCRAM-SHA-256-PLUS is not offered
     */
    public record ClientTls(Optional<String> serverName, Set<String> domains, Optional<ByteString> endPointDigest) {}
}
