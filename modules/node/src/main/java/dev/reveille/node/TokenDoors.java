package dev.reveille.node;

import dev.reveille.gateway.controlplane.FixedEndpoint;
import dev.reveille.gateway.jwt.TokenDoor;
import dev.reveille.gateway.jwt.TokenLogins;
import dev.reveille.gateway.jwt.TokenRule;
import dev.reveille.gateway.jwt.TokenRules;
import dev.reveille.gateway.jwt.TokenSettings;
import dev.reveille.gateway.sql.TokenCheck;
import dev.reveille.gateway.sql.TokenVerdict;
import dev.reveille.node.commands.StartFailure;
import dev.reveille.node.embedded.EmbeddedControlPlane;
import dev.reveille.node.settings.ControlPlaneSettings;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.compute.ControlPlaneFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door for tokens, as the settings describe it. Opening reads password files and derives keys from them, once, so that
 * no request has to: call it before the node serves. Nothing of this is printed.
 */
final class TokenDoors {

    private static final Logger LOG = LoggerFactory.getLogger(TokenDoors.class);
    private static final int PASSWORD_FILE_MAX = 64 * 1024;
    private static final Set<PosixFilePermission> OF_OTHERS =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private TokenDoors() {}

    static TokenDoor open(ControlPlaneSettings settings, Optional<EmbeddedControlPlane> embedded) throws StartFailure {
        return switch (settings) {
            case ControlPlaneSettings.Fixed(Map<EndpointId, FixedEndpoint> endpoints) ->
                door(rulesOf(endpoints), loginsOf(endpoints));
            case ControlPlaneSettings.Embedded(var _, List<TokenRule> tokens) ->
                door(TokenRules.forAll(tokens), tokens.isEmpty() ? TokenLogins.TRUSTED : loginsOf(embedded));
        };
    }

    /** The door, as SQL over HTTP asks at it. */
    static TokenCheck check(TokenDoor door) {
        return (endpoint, role, token) -> door.configuredFor(endpoint)
                ? door.verify(endpoint, role, token)
                        .thenCompose(verdict -> judged(verdict, door.keysFor(endpoint, role)))
                : CompletableFuture.completedFuture(new TokenVerdict.NotTaken());
    }

    private static CompletionStage<TokenVerdict> judged(
            dev.reveille.gateway.jwt.TokenVerdict verdict, Optional<ScramKeys> keys) {
        return switch (verdict) {
            case dev.reveille.gateway.jwt.TokenVerdict.Proven(String claims) ->
                CompletableFuture.completedFuture(new TokenVerdict.Proven(keys, claims));
            case dev.reveille.gateway.jwt.TokenVerdict.Refused(String text) ->
                CompletableFuture.completedFuture(new TokenVerdict.Refused(text));
            case dev.reveille.gateway.jwt.TokenVerdict.Unavailable(String text) ->
                CompletableFuture.failedFuture(new ControlPlaneFailure(text, text, true, Optional.empty()));
        };
    }

    private static TokenDoor door(TokenRules rules, TokenLogins logins) {
        return TokenDoor.open(rules, logins, TokenSettings.DEFAULTS, InstantSource.system());
    }

    private static TokenRules rulesOf(Map<EndpointId, FixedEndpoint> endpoints) {
        return TokenRules.ofEach(endpoints.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().tokens().rules())));
    }

    private static TokenLogins loginsOf(Optional<EmbeddedControlPlane> embedded) {
        RoleName role = EmbeddedControlPlane.ROLE;
        return TokenLogins.forAll(embedded.flatMap(plane -> plane.keysFor(role))
                .map(keys -> Map.of(role, keys))
                .orElseGet(Map::of));
    }

    private static TokenLogins loginsOf(Map<EndpointId, FixedEndpoint> endpoints) throws StartFailure {
        Map<EndpointId, Map<RoleName, ScramKeys>> logins = new HashMap<>();
        for (Map.Entry<EndpointId, FixedEndpoint> known : endpoints.entrySet()) {
            FixedEndpoint endpoint = known.getValue();
            if (endpoint.tokens().passwordFile().isPresent()) {
                logins.put(
                        known.getKey(),
                        keys(
                                known.getKey(),
                                endpoint,
                                endpoint.tokens().passwordFile().get()));
            }
        }
        return TokenLogins.ofEach(logins);
    }

    private static Map<RoleName, ScramKeys> keys(EndpointId name, FixedEndpoint endpoint, Path passwordFile)
            throws StartFailure {
        ByteString password = ByteString.fromString(password(passwordFile));
        Map<RoleName, ScramKeys> keys = new HashMap<>();
        for (TokenRule rule : endpoint.tokens().rules()) {
            for (RoleName role : rule.roles()) {
                ScramVerifier verifier = endpoint.roles().get(role);
                if (verifier != null && !keys.containsKey(role)) {
                    keys.put(
                            role,
                            verifier.keysOf(password)
                                    .orElseThrow(() ->
                                            new StartFailure("the password in %s is not that of role %s of endpoint %s"
                                                    .formatted(passwordFile, role, name))));
                }
            }
        }
        return keys;
    }

    private static String password(Path file) throws StartFailure {
        warnIfOthersCanRead(file);
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(PASSWORD_FILE_MAX);
            return new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .filter(line -> !line.isEmpty())
                    .orElseThrow(() -> new StartFailure("%s holds no password".formatted(file)));
        } catch (IOException unreadable) {
            throw new StartFailure("the password file %s cannot be read".formatted(file), unreadable);
        }
    }

    private static void warnIfOthersCanRead(Path file) {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
                LOG.atWarn().addKeyValue("file", file).log("others than its owner can read a password file");
            }
        } catch (IOException | UnsupportedOperationException _) {
            // What cannot be read is told by the reading; where files have no such permissions there is nothing to
            // tell.
        }
    }
}
