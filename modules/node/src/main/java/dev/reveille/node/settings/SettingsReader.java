package dev.reveille.node.settings;

import dev.reveille.gateway.controlplane.FixedEndpoint;
import dev.reveille.node.embedded.EmbeddedSettings;
import dev.reveille.node.settings.NodeSettings.Backoff;
import dev.reveille.node.settings.NodeSettings.Caches;
import dev.reveille.node.settings.NodeSettings.Hashing;
import dev.reveille.node.settings.NodeSettings.Limits;
import dev.reveille.node.settings.NodeSettings.Listen;
import dev.reveille.node.settings.NodeSettings.ProxyProtocol;
import dev.reveille.node.settings.NodeSettings.ReachingComputes;
import dev.reveille.node.settings.NodeSettings.Retries;
import dev.reveille.node.settings.NodeSettings.Tls;
import dev.reveille.node.settings.NodeSettings.TlsProvider;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.access.AddressPattern;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the block {@code reveille} into records, key by key; the ranges stand here. File names are taken as seen from
 * {@code directory}.
 */
final class SettingsReader {

    private static final Duration ZERO = Duration.ZERO;
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MILLION = 1_000_000;
    private static final int BACKLOG_MAX = 65_535;
    private static final int STARTUP_PACKET_MIN = 1_024;
    private static final int THREADS_MAX = 256;
    private static final int POSTGRES_CONNECTIONS_MAX = 262_143;
    private static final int ATTEMPTS_MAX = 100;
    private static final double FACTOR_MAX = 10;
    private static final String AUTO = "auto";
    private static final String ADDRESS_PATTERN = "an address, a subnet such as 10.0.0.0/8, or a range";

    private static final String PRIVATE_LINK = "the id of a private link, such as vpce-0123456789abcdef0";

    /** Says how to come by a verifier, and never what was written instead: it may be a password. */
    private static final String VERIFIER =
            "a SCRAM-SHA-256 verifier in quotes, never a password; PostgreSQL shows the verifier of a role it knows: "
                    + "select rolpassword from pg_authid where rolname = '…'";

    private final Path directory;
    private final ClusterReader clusters = new ClusterReader(this::path);
    private final TokenReader tokens;

    SettingsReader(Path directory) {
        this.directory = directory;
        this.tokens = new TokenReader(directory, this::path);
    }

    NodeSettings node(Section reveille) {
        Tls tls = reveille.block("tls", this::tls);
        return new NodeSettings(
                reveille.block("listen", this::listen),
                tls,
                reveille.block("proxy-protocol", this::proxyProtocol),
                reveille.block("limits", this::limits),
                reveille.block("web", web -> WebReader.web(web, tls)),
                reveille.block("control-plane", this::controlPlane),
                reveille.block("compute", this::compute),
                reveille.block("cluster", clusters::cluster),
                reveille.block("cancellation", clusters::cancellation),
                reveille.block("retries", this::retries),
                reveille.block("caches", this::caches),
                reveille.block("hashing", this::hashing),
                reveille.block("session-pooling", PoolReader::sessions),
                reveille.block("pools", PoolReader::pools),
                reveille.block("transactions", PoolReader::transactions),
                reveille.block("sql", SqlReader::sql),
                loops(reveille),
                reveille.duration("drain", ZERO, DAY));
    }

    private Listen listen(Section listen) {
        return new Listen(
                listen.parsed("postgres", ListenAddress::parse, ListenAddress.EXPECTED),
                listen.parsed("web", ListenAddress::parse, ListenAddress.EXPECTED),
                listen.parsed("admin", ListenAddress::parse, ListenAddress.EXPECTED));
    }

    private Tls tls(Section tls) {
        Tls settings = new Tls(
                tls.has("directory") && !tls.text("directory").isEmpty()
                        ? Optional.of(path(tls, "directory"))
                        : Optional.empty(),
                tls.flag("required"),
                tls.choice("provider", TlsProvider.class),
                tls.duration("reload-interval", Duration.ofMillis(100), HOUR));
        if (settings.required() && settings.directory().isEmpty()) {
            throw tls.refusal("required", "needs certificates: set reveille.tls.directory");
        }
        return settings;
    }

    private ProxyProtocol proxyProtocol(Section proxy) {
        ProxyProtocol settings = new ProxyProtocol(
                proxy.choice("mode", ProxyProtocol.Mode.class),
                proxy.list("trusted", SettingsReader::addressPattern, ADDRESS_PATTERN));
        if (settings.mode() == ProxyProtocol.Mode.REQUIRED && settings.trusted().isEmpty()) {
            throw proxy.refusal("trusted", "must name the load balancers: without one of them nobody could connect");
        }
        return settings;
    }

    private Limits limits(Section limits) {
        return new Limits(
                limits.whole("max-connections", 1, MILLION),
                limits.whole("accept-backlog", 1, BACKLOG_MAX),
                limits.duration("login-timeout", MOMENT, HOUR),
                limits.duration("scram-timeout", MOMENT, HOUR),
                limits.whole("startup-packet-bytes", STARTUP_PACKET_MIN, MILLION));
    }

    private ControlPlaneSettings controlPlane(Section plane) {
        ControlPlaneSettings.Fixed fixed = new ControlPlaneSettings.Fixed(endpoints(plane));
        ControlPlaneSettings.Embedded embedded = plane.block("embedded", this::embedded);
        return switch (plane.choice("kind", Kind.class)) {
            case FIXED -> {
                if (!embedded.tokens().isEmpty()) {
                    throw plane.refusal("embedded", "has rules for tokens, which have no effect on fixed endpoints");
                }
                yield fixed;
            }
            case EMBEDDED -> {
                if (!fixed.endpoints().isEmpty()) {
                    throw plane.refusal("endpoints", "has no effect on an embedded control plane");
                }
                yield embedded;
            }
        };
    }

    private enum Kind {
        FIXED,
        EMBEDDED
    }

    private ControlPlaneSettings.Embedded embedded(Section embedded) {
        EmbeddedSettings settings = new EmbeddedSettings(
                path(embedded, "data"),
                embedded.duration("idle", MOMENT, DAY),
                embedded.choice("postgres", EmbeddedSettings.PostgresSource.class),
                embedded.whole("endpoints-max", 1, MILLION),
                embedded.whole("connections-max", 1, POSTGRES_CONNECTIONS_MAX),
                embedded.whole("starts-at-once-max", 1, THREADS_MAX),
                embedded.duration("make-timeout", MOMENT, HOUR),
                embedded.duration("start-timeout", MOMENT, HOUR),
                embedded.duration("stop-timeout", MOMENT, HOUR));
        return new ControlPlaneSettings.Embedded(settings, tokens.ofEmbedded(embedded));
    }

    private Map<EndpointId, FixedEndpoint> endpoints(Section plane) {
        Map<EndpointId, FixedEndpoint> endpoints = new LinkedHashMap<>();
        plane.named("endpoints", (section, name) -> {
            EndpointId id = EndpointId.parse(name)
                    .orElseThrow(() ->
                            section.refusal(name, "is not an endpoint name: 1 to 63 letters, digits and hyphens"));
            endpoints.put(id, section.block(name, this::endpoint));
            return id;
        });
        return endpoints;
    }

    private FixedEndpoint endpoint(Section endpoint) {
        Map<RoleName, ScramVerifier> roles = endpoint.has("roles") ? roles(endpoint) : Map.of();
        return new FixedEndpoint(
                endpoint.parsed("address", ComputeAddress::parse, "HOST:PORT of the PostgreSQL server"),
                new ComputeTls(
                        endpoint.choice("tls", ComputeTls.Mode.class, ComputeTls.Mode.PREFER),
                        endpoint.optionalText("tls-server-name")),
                endpoint.list("allowed-addresses", SettingsReader::addressPattern, ADDRESS_PATTERN),
                endpoint.list("allowed-private-links", SettingsReader::privateLink, PRIVATE_LINK),
                roles,
                tokens.ofEndpoint(endpoint, roles.keySet()));
    }

    private static Map<RoleName, ScramVerifier> roles(Section endpoint) {
        Map<RoleName, ScramVerifier> roles = new LinkedHashMap<>();
        endpoint.named("roles", (section, name) -> {
            if (name.isEmpty()) {
                throw section.refusal(name, "needs a role's name");
            }
            RoleName role = new RoleName(name);
            roles.put(role, section.parsed(name, ScramVerifier::parse, VERIFIER));
            return role;
        });
        return roles;
    }

    private ReachingComputes compute(Section compute) {
        return new ReachingComputes(
                compute.duration("dns-timeout", MOMENT, MINUTE),
                compute.duration("connect-timeout", MOMENT, MINUTE),
                compute.duration("tls-timeout", MOMENT, MINUTE),
                compute.duration("login-timeout", MOMENT, HOUR),
                compute.has("tls-authorities")
                                && !compute.text("tls-authorities").isEmpty()
                        ? Optional.of(path(compute, "tls-authorities"))
                        : Optional.empty());
    }

    private Retries retries(Section retries) {
        return new Retries(retries.block("wake", this::backoff), retries.block("connect", this::backoff));
    }

    private Backoff backoff(Section backoff) {
        return new Backoff(
                backoff.whole("attempts", 0, ATTEMPTS_MAX),
                backoff.duration("base", MOMENT, MINUTE),
                backoff.number("factor", 1, FACTOR_MAX));
    }

    private Caches caches(Section caches) {
        return new Caches(
                caches.block(
                        "nodes",
                        nodes ->
                                new Caches.Nodes(nodes.whole("size", 0, MILLION), nodes.duration("idle", MOMENT, DAY))),
                caches.block(
                        "access",
                        access -> new Caches.Access(
                                access.whole("size", 0, MILLION), access.duration("ttl", MOMENT, DAY))),
                caches.duration("negative", ZERO, HOUR));
    }

    private Hashing hashing(Section hashing) {
        return new Hashing(hashing.whole("threads", 1, THREADS_MAX), hashing.whole("queue", 1, MILLION));
    }

    private int loops(Section reveille) {
        return reveille.has("loops") && reveille.text("loops").equals(AUTO)
                ? Runtime.getRuntime().availableProcessors()
                : reveille.whole("loops", 1, THREADS_MAX);
    }

    private Path path(Section section, String key) {
        return section.parsed(
                key,
                text -> {
                    try {
                        return Optional.of(directory.resolve(text).normalize());
                    } catch (InvalidPathException notAPath) {
                        return Optional.empty();
                    }
                },
                "the name of a directory");
    }

    private static Optional<AddressPattern> addressPattern(String text) {
        return switch (AddressPattern.parse(text)) {
            case AddressPattern.Unreadable _ -> Optional.empty();
            case AddressPattern readable -> Optional.of(readable);
        };
    }

    private static Optional<String> privateLink(String text) {
        return Optional.of(text).filter(id -> !id.isBlank() && id.strip().equals(id));
    }
}
