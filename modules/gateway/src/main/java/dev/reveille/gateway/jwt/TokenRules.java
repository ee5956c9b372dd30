package dev.reveille.gateway.jwt;

import dev.reveille.protocol.names.EndpointId;
import java.util.List;
import java.util.Map;

/** Which rules an endpoint has. Any thread; answers at once. */
@FunctionalInterface
public interface TokenRules {

    /** The rules of {@code endpoint}; an empty list where tokens open nothing there. */
    List<TokenRule> of(EndpointId endpoint);

    /** The same for every endpoint. */
    static TokenRules forAll(List<TokenRule> rules) {
        List<TokenRule> same = List.copyOf(rules);
        return _ -> same;
    }

    /** What the operator wrote; {@code blue-pooler} has the rules of {@code blue}. */
    static TokenRules ofEach(Map<EndpointId, List<TokenRule>> rules) {
        Map<EndpointId, List<TokenRule>> known = Map.copyOf(rules);
        return endpoint -> known.containsKey(endpoint)
                ? known.get(endpoint)
                : known.getOrDefault(endpoint.normalised(), List.of());
    }
}
