package dev.reveille.session.reception;

import dev.reveille.protocol.Utf8;
import dev.reveille.protocol.backend.NegotiateProtocolVersion;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.routing.StartupOptions;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.ClientConnection.ClientTls;
import dev.reveille.session.ClientConnection.Upgrade;
import dev.reveille.session.SessionFailure;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.util.ByteString;

/**
 * Reads a start-up message: is it one we serve, who comes, where to, and what of it is meant for the compute (spec 01 §4.2
 * to §7). Functions only; any thread.
 */
public final class Reception {

    private static final String USER = "user";
    private static final String OPTIONS = "options";

    /** Parameters of which PostgreSQL obeys the last where we would decide by the first. */
    private static final List<String> DECISIVE = List.of(USER, "database", OPTIONS, "replication");

    /** First labels of our own names that are doors for other protocols, not endpoints (spec 01 §7.2). */
    private static final Set<String> RESERVED_LABELS = Set.of("api", "apiauth");

    private Reception() {}

    /** What a start-up message leads to. */
    public sealed interface Outcome {}

    /** Go on. */
    public record Received(Arrival arrival) implements Outcome {}

    /** The client may not come in like this. */
    public record Refused(SessionFailure failure) implements Outcome {}

    /** Receives {@code startup}, which came over {@code connection}. */
    public static Outcome receive(StartupMessage startup, ClientConnection connection) {
        // Before anything else, and whatever the version: nothing is negotiated over an insecure connection.
        if (connection.tlsRequired() && connection.tls().isEmpty()) {
            return new Refused(SessionFailure.Plain.INSECURE_CONNECTION);
        }
        if (startup.version().major() != ProtocolVersion.V3_0.major()) {
            return new Refused(new SessionFailure.UnsupportedProtocol(startup.version()));
        }
        for (String twice : startup.duplicates()) {
            if (DECISIVE.contains(twice)) {
                return new Refused(new SessionFailure.ParameterTwice(twice));
            }
        }
        Optional<String> user = startup.text(USER).filter(name -> !name.isEmpty());
        if (user.isEmpty()) {
            return new Refused(SessionFailure.Plain.USER_MISSING);
        }
        StartupOptions options = StartupOptions.parse(text(startup).orElse(""));
        List<String> names = names(connection);
        Optional<String> byHost = names.isEmpty() ? Optional.empty() : Optional.of(names.getFirst());
        Optional<String> name = options.endpointOption().or(() -> byHost);
        for (String another : names) {
            if (!another.equals(name.orElseThrow())) {
                return new Refused(new SessionFailure.EndpointsDiffer(another, name.orElseThrow()));
            }
        }
        Optional<EndpointId> endpoint = name.flatMap(EndpointId::parse);
        if (name.isPresent() && endpoint.isEmpty()) {
            return new Refused(new SessionFailure.EndpointMalformed(name.get()));
        }
        ProtocolVersion version = agreed(startup.version());
        return new Received(new Arrival(
                endpoint,
                new RoleName(user.get()),
                options.computeOptions(),
                version,
                answer(startup, version),
                forCompute(startup, options)));
    }

    /** The endpoints that the connection names; inside a WebSocket the outer TLS says nothing (spec 03 §3.4). */
    private static List<String> names(ClientConnection connection) {
        if (connection.upgrade().isEmpty()) {
            Optional<String> byServerName = connection.tls().flatMap(Reception::endpointLabel);
            return byServerName.isEmpty() ? List.of() : List.of(byServerName.get());
        }
        Upgrade upgrade = connection.upgrade().get();
        List<String> names = new ArrayList<>();
        upgrade.host().flatMap(host -> endpointLabel(host, upgrade.domains())).ifPresent(names::add);
        upgrade.address()
                .flatMap(host -> endpointLabel(host, upgrade.domains()))
                .ifPresent(names::add);
        return names;
    }

    /** The label that makes this server name an endpoint. */
    static Optional<String> endpointLabel(ClientTls tls) {
        return tls.serverName().flatMap(name -> endpointLabel(name, tls.domains()));
    }

    /** The first label of a host one label below one of our domains. */
    private static Optional<String> endpointLabel(String host, Set<String> domains) {
        int dot = host.indexOf('.');
        boolean ours = dot > 0 && domains.contains(host.substring(dot + 1));
        return ours
                ? Optional.of(host.substring(0, dot)).filter(label -> !RESERVED_LABELS.contains(label))
                : Optional.empty();
    }

    /** 3.2 is the newest we speak, and 3.1 never was: who asks for it means 3.0. */
    private static ProtocolVersion agreed(ProtocolVersion asked) {
        return asked.compareTo(ProtocolVersion.V3_2) >= 0 ? ProtocolVersion.V3_2 : ProtocolVersion.V3_0;
    }

    private static Optional<NegotiateProtocolVersion> answer(StartupMessage startup, ProtocolVersion version) {
        List<String> unknown = startup.protocolOptions();
        boolean tooNew = startup.version().compareTo(ProtocolVersion.V3_2) > 0;
        return tooNew || !unknown.isEmpty()
                ? Optional.of(new NegotiateProtocolVersion(version, unknown))
                : Optional.empty();
    }

    private static StartupMessage forCompute(StartupMessage startup, StartupOptions options) {
        List<Parameter> kept = new ArrayList<>();
        for (Parameter parameter : startup.withoutProtocolOptions().parameters()) {
            if (!parameter.name().equals(OPTIONS)) {
                kept.add(parameter);
            } else {
                Charset charset = charset(parameter.value());
                options.forCompute()
                        .ifPresent(rest -> kept.add(new Parameter(OPTIONS, ByteString.fromString(rest, charset))));
            }
        }
        return new StartupMessage(ProtocolVersion.V3_0, kept);
    }

    private static Optional<String> text(StartupMessage startup) {
        for (Parameter parameter : startup.parameters()) {
            if (parameter.name().equals(OPTIONS)) {
                return Optional.of(parameter.value().decodeString(charset(parameter.value())));
            }
        }
        return Optional.empty();
    }

    /** Values are bytes: what is not UTF-8 is read so that every byte can be written back. */
    private static Charset charset(ByteString value) {
        return Utf8.strict(value).isPresent() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
    }
}
