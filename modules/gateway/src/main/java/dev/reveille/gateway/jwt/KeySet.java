package dev.reveille.gateway.jwt;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The keys of one issuer by their ids. Two of one id may differ in kind (RFC 7517 §4.5). Compared by identity: each fetch
 * makes another.
 */
final class KeySet {

    private final Map<String, List<VerificationKey>> keys;

    KeySet(Map<String, List<VerificationKey>> keys) {
        this.keys = Map.copyOf(keys);
    }

    /** The key of this id, preferably one that fits the algorithm. */
    Optional<VerificationKey> find(String keyId, TokenAlgorithm algorithm) {
        List<VerificationKey> named = keys.getOrDefault(keyId, List.of());
        return named.stream()
                .filter(key -> key instanceof VerificationKey.Usable usable && usable.algorithm() == algorithm)
                .findFirst()
                .or(() -> named.stream().findFirst());
    }

    int size() {
        return keys.size();
    }
}
