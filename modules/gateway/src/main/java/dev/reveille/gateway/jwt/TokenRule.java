package dev.reveille.gateway.jwt;

import dev.reveille.protocol.names.RoleName;
import java.util.Optional;
import java.util.Set;

/**
 * Whose tokens open which roles of an endpoint (spec 01 §13.2). A token is good where one rule accepts it.
 *
 * @param keys where the issuer publishes its keys
 * @param audience what the claim {@code aud} must be or hold; not looked at where absent
 * @param issuer what the claim {@code iss} must be; not looked at where absent
 * @param roles the roles that these tokens open, one or more
 * @param expiryRequired whether a token without {@code exp}, which would be good for ever, is refused
 */
public record TokenRule(
        KeySetUrl keys,
        Optional<String> audience,
        Optional<String> issuer,
        Set<RoleName> roles,
        boolean expiryRequired) {

    /** Rules that one endpoint may have: each can cost a token a look into another key set. */
    public static final int FOR_ENDPOINT_MAX = 16;

    public TokenRule {
        roles = Set.copyOf(roles);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("a rule for tokens names the roles that they open");
        }
    }
}
