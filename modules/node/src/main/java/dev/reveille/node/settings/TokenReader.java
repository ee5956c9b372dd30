package dev.reveille.node.settings;

import dev.reveille.gateway.jwt.EndpointTokens;
import dev.reveille.gateway.jwt.KeySetUrl;
import dev.reveille.gateway.jwt.TokenRule;
import dev.reveille.node.embedded.EmbeddedControlPlane;
import dev.reveille.protocol.names.RoleName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Reads whose tokens open which roles. */
final class TokenReader {

    private static final String FILE = "file:";

    private final Path directory;
    private final BiFunction<Section, String, Path> paths;

    /**
     * @param directory from where relative names of files are seen
     * @param paths reads the name of a file
     */
    TokenReader(Path directory, BiFunction<Section, String, Path> paths) {
        this.directory = directory;
        this.paths = paths;
    }

    /** @param withVerifier the roles whose verifier is known */
    EndpointTokens ofEndpoint(Section endpoint, Set<RoleName> withVerifier) {
        List<TokenRule> rules = rules(endpoint);
        Optional<Path> passwordFile =
                endpoint.optionalText("jwt-password-file").map(_ -> paths.apply(endpoint, "jwt-password-file"));
        if (passwordFile.isPresent() && rules.isEmpty()) {
            throw endpoint.refusal("jwt-password-file", "has no effect without jwt");
        }
        boolean useless = rules.stream().flatMap(rule -> rule.roles().stream()).noneMatch(withVerifier::contains);
        if (passwordFile.isPresent() && useless) {
            throw endpoint.refusal(
                    "jwt-password-file",
                    "needs the verifier of a role that tokens open: roles.ROLE = \"SCRAM-SHA-256$…\"");
        }
        return new EndpointTokens(rules, passwordFile);
    }

    List<TokenRule> ofEmbedded(Section embedded) {
        List<TokenRule> rules = rules(embedded);
        if (rules.stream().anyMatch(rule -> !rule.roles().equals(Set.of(EmbeddedControlPlane.ROLE)))) {
            throw embedded.refusal("jwt", "can open only the role " + EmbeddedControlPlane.ROLE + " here");
        }
        return rules;
    }

    private List<TokenRule> rules(Section section) {
        return section.blocks("jwt", TokenRule.FOR_ENDPOINT_MAX, this::rule);
    }

    private TokenRule rule(Section rule) {
        KeySetUrl keys = rule.parsed("jwks", this::keys, KeySetUrl.EXPECTED);
        boolean exposedAllowed = rule.has("allow-http") && rule.flag("allow-http");
        if (keys.isExposed() && !exposedAllowed) {
            throw rule.refusal(
                    "jwks", "must be https: whoever can change keys on their way can open roles (or set allow-http)");
        }
        List<RoleName> roles = rule.list("roles", TokenReader::role, "a role's name");
        if (roles.isEmpty()) {
            throw rule.refusal("roles", "must name the roles that these tokens open");
        }
        return new TokenRule(
                keys,
                rule.optionalText("audience"),
                rule.optionalText("issuer"),
                new HashSet<>(roles),
                rule.has("require-expiry") && rule.flag("require-expiry"));
    }

    private Optional<KeySetUrl> keys(String text) {
        boolean relativeFile = text.startsWith(FILE) && !text.startsWith("/", FILE.length());
        if (!relativeFile) {
            return KeySetUrl.parse(text);
        }
        try {
            Path file = directory.resolve(text.substring(FILE.length())).toAbsolutePath();
            return Optional.of(new KeySetUrl(file.normalize().toUri()));
        } catch (InvalidPathException notAPath) {
            return Optional.empty();
        }
    }

    private static Optional<RoleName> role(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(new RoleName(name));
    }
}
