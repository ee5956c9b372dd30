package dev.reveille.gateway.jwt;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the operator decided about tokens at one endpoint.
 *
 * @param passwordFile holds the password with which roles that came by token log in to the compute; where there is none,
 *     the compute lets them in without
 */
public record EndpointTokens(List<TokenRule> rules, Optional<Path> passwordFile) {

    /** No tokens. */
    public static final EndpointTokens NONE = new EndpointTokens(List.of(), Optional.empty());

    public EndpointTokens {
        rules = List.copyOf(rules);
    }
}
