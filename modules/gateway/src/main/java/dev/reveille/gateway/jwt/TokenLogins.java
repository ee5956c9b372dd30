package dev.reveille.gateway.jwt;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramKeys;
import java.util.Map;
import java.util.Optional;

/**
 * How a role that came with a token logs in to its compute. A token tells nothing that a compute would ask for, so either
 * the compute trusts whoever comes from us, or the operator gave us the role's password. Any thread; answers at once.
 */
@FunctionalInterface
public interface TokenLogins {

    /** Every compute trusts us. */
    TokenLogins TRUSTED = (_, _) -> Optional.empty();

    /** The keys of {@code role}; nothing where the compute is expected to let it in without. */
    Optional<ScramKeys> keysFor(EndpointId endpoint, RoleName role);

    /** The same keys at every endpoint. */
    static TokenLogins forAll(Map<RoleName, ScramKeys> keys) {
        Map<RoleName, ScramKeys> known = Map.copyOf(keys);
        return (_, role) -> Optional.ofNullable(known.get(role));
    }

    /** Keys by endpoint; {@code blue-pooler} has those of {@code blue}. */
    static TokenLogins ofEach(Map<EndpointId, Map<RoleName, ScramKeys>> keys) {
        Map<EndpointId, Map<RoleName, ScramKeys>> known = Map.copyOf(keys);
        return (endpoint, role) -> Optional.ofNullable(
                known.getOrDefault(known.containsKey(endpoint) ? endpoint : endpoint.normalised(), Map.of())
                        .get(role));
    }
}
