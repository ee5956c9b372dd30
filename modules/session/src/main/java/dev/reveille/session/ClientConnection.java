package dev.reveille.session;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
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
 * @param acceptedAtNanos {@link System#nanoTime} when the socket was accepted, or when a WebSocket began; the login deadline
 *     counts from here
 * @param upgrade what the HTTP request said that began a WebSocket; absent at every other door
 */
public record ClientConnection(
        SessionId id,
        Door door,
        InetSocketAddress client,
        Optional<ClientTls> tls,
        boolean tlsRequired,
        Optional<String> privateLink,
        long acceptedAtNanos,
        Optional<Upgrade> upgrade) {

    private static final Consumer<Milestone> NOBODY = _ -> {};

    /** A connection that did not begin as an HTTP request. */
    public ClientConnection(
            SessionId id,
            Door door,
            InetSocketAddress client,
            Optional<ClientTls> tls,
            boolean tlsRequired,
            Optional<String> privateLink,
            long acceptedAtNanos) {
        this(id, door, client, tls, tlsRequired, privateLink, acceptedAtNanos, Optional.empty());
    }

    /** Who is told of the session's course; for most doors nobody. To be called on the loop. */
    public Consumer<Milestone> observer() {
        return upgrade.map(Upgrade::observer).orElse(NOBODY);
    }

    /** A client's address as logs write it, without a look at any name service. */
    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }

    /** How the client came in. */
    public enum Door {
        /** A socket that speaks the PostgreSQL protocol, with TLS or without. */
        TCP,
        /** HTTP: such a connection has requests and no session. */
        HTTP,
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

    /**
     * What the HTTP request of a WebSocket told (spec 03 §3.4).
     *
     * @param host the {@code Host} header in lower case, without port
     * @param address the host in the query parameter {@code address}, in lower case, without port; it is never dialled
     * @param domains names of which a host one label below names an endpoint; one set shared by all connections
     * @param observer told of the session's course
     */
    public record Upgrade(
            Optional<String> host, Optional<String> address, Set<String> domains, Consumer<Milestone> observer) {}

    /** What a door wants to know about a session, to choose how it ends the connection. */
    public enum Milestone {
        /** From here on only the compute speaks to the client. */
        LOGGED_IN,
        /** The session is about to end, because the node is leaving. */
        LEAVING,
        /** The session is about to end, because there are too many. */
        OVERLOADED
    }
}
