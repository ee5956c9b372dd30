package dev.reveille.node.settings;

import dev.reveille.gateway.sql.SqlSettings;
import dev.reveille.session.access.AddressPattern;
import dev.reveille.session.kept.KeepSettings;
import dev.reveille.session.pool.PoolSettings;
import dev.reveille.session.pool.TransactionSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything an operator may decide about one node; {@code reveille-reference.conf} says what each setting means and
 * what it is when nobody decides. Immutable, and safe to print: secrets mask themselves.
 *
 * @param drain how long running queries may finish after the node was told to leave
 * @param sessionPooling compute connections that sessions leave to those who come after them
 * @param pools compute connections that requests share
 * @param transactions those that stay open between requests
 * @param loops how many event loops carry sessions; one for each core unless configured
 */
public record NodeSettings(
        Listen listen,
        Tls tls,
        ProxyProtocol proxyProtocol,
        Limits limits,
        WebDoor web,
        ControlPlaneSettings controlPlane,
        ReachingComputes compute,
        ClusterSettings cluster,
        KeySettings cancellation,
        Retries retries,
        Caches caches,
        Hashing hashing,
        KeepSettings sessionPooling,
        PoolSettings pools,
        TransactionSettings transactions,
        SqlSettings sql,
        int loops,
        Duration drain) {

    /**
     * The doors.
     *
     * @param postgres for PostgreSQL's protocol
     * @param web for WebSocket and HTTP
     * @param admin for probes; never for clients
     */
    public record Listen(InetSocketAddress postgres, InetSocketAddress web, InetSocketAddress admin) {}

    /**
     * TLS towards clients.
     *
     * @param directory where certificates are; without one, clients are served in clear text only
     * @param required whether a login in clear text is refused
     * @param reloadInterval how often the directory is looked at for changes
     */
    public record Tls(Optional<Path> directory, boolean required, TlsProvider provider, Duration reloadInterval) {}

    /** Who does the arithmetic of TLS. */
    public enum TlsProvider {
        /** BoringSSL where it loads, the JDK elsewhere. */
        AUTO,
        /** BoringSSL; a node on which it does not load does not start. */
        OPENSSL,
        /** The JDK. */
        JDK
    }

    /**
     * The PROXY protocol on the doors for clients.
     *
     * @param trusted from where a header is believed; everybody else is turned away
     */
    public record ProxyProtocol(Mode mode, List<AddressPattern> trusted) {

        public ProxyProtocol {
            trusted = List.copyOf(trusted);
        }

        /** Whether headers are looked for. */
        public enum Mode {
            /** No header is looked for. */
            OFF,
            /** Every connection begins with a header. */
            REQUIRED
        }
    }

    /**
     * How much, and for how long, before a client has logged in.
     *
     * @param maxConnections clients at once; later ones are refused
     * @param acceptBacklog connections that the kernel keeps until they are accepted
     * @param loginTimeout from accept until the start-up packet was read, TLS included
     * @param scramTimeout for the whole proof of identity
     * @param startupPacketBytes the largest start-up packet
     */
    public record Limits(
            int maxConnections,
            int acceptBacklog,
            Duration loginTimeout,
            Duration scramTimeout,
            int startupPacketBytes) {}

    /**
     * The door for WebSocket and HTTP.
     *
     * @param enabled whether there is one
     * @param plain whether clear text is served as well as TLS
     * @param console whether the console is served at {@code /}
     * @param domains names of which a host one label below names an endpoint, besides those of the certificates
     * @param allowedOrigins whose pages may open WebSockets; empty: all
     * @param maxConnections clients at once; later ones are sent away
     * @param headTimeout for the head of a request
     * @param headBytes the longest head of a request
     * @param bodyTimeout how long a body may pause
     * @param idleTimeout between two requests
     * @param stallTimeout how long a client may take nothing of an answer
     * @param pingInterval of silence, after which a WebSocket is pinged
     */
    public record WebDoor(
            boolean enabled,
            boolean plain,
            boolean console,
            Set<String> domains,
            Set<String> allowedOrigins,
            int maxConnections,
            Duration headTimeout,
            int headBytes,
            Duration bodyTimeout,
            Duration idleTimeout,
            Duration stallTimeout,
            Duration pingInterval) {

        public WebDoor {
            domains = Set.copyOf(domains);
            allowedOrigins = Set.copyOf(allowedOrigins);
        }
    }

    /**
     * Reaching a compute: how long one attempt may take, step by step, and whom to trust.
     *
     * @param tlsAuthorities a PEM file of certificate authorities that vouch for computes, besides those of the system
     */
    public record ReachingComputes(
            Duration dns, Duration connect, Duration tls, Duration login, Optional<Path> tlsAuthorities) {}

    /** What is tried again. */
    public record Retries(Backoff wake, Backoff connect) {}

    /**
     * How often, and after which pauses, something is tried again: {@code base}, then each pause {@code factor} times
     * the one before.
     *
     * @param attempts repeats after the first try; 0 for none
     */
    public record Backoff(int attempts, Duration base, double factor) {}

    /**
     * What is remembered.
     *
     * @param nodes addresses of computes
     * @param access answers about who may come in
     * @param negative how long a control plane's refusal is believed
     */
    public record Caches(Nodes nodes, Access access, Duration negative) {

        /**
         * @param size entries at most
         * @param idle how long an entry may go unused
         */
        public record Nodes(int size, Duration idle) {}

        /**
         * @param size entries at most
         * @param ttl how long an answer is believed
         */
        public record Access(int size, Duration ttl) {}
    }

    /**
     * The threads that derive keys from passwords.
     *
     * @param queue passwords that may wait; beyond it, logins are refused
     */
    public record Hashing(int threads, int queue) {}
}
