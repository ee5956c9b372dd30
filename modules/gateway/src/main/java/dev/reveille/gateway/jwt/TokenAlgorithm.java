package dev.reveille.gateway.jwt;

import java.util.Set;

/** The signatures that are believed (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). */
enum TokenAlgorithm {
    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    RS256,
    /** ECDSA on P-256 with SHA-256. */
    ES256,
    /** Ed25519. */
    EDDSA;

    private static final Set<String> OTHER_RSA = Set.of("RS384", "RS512", "PS256", "PS384", "PS512");
    private static final Set<String> OTHERS = Set.of("none", "HS256", "HS384", "HS512", "ES256K", "Ed448");

    /** The algorithm that a token's header names. What is known but not believed is refused before any key is looked for. */
    static TokenAlgorithm ofToken(String name) throws TokenRefused {
        return switch (name) {
            case "RS256" -> RS256;
            case "ES256" -> ES256;
            case "EdDSA", "Ed25519" -> EDDSA;
            case "ES384" -> throw new TokenRefused(Refusal.curve("P384"));
            case "ES512" -> throw new TokenRefused(Refusal.curve("P521"));
            case String rsa when OTHER_RSA.contains(rsa) -> throw new TokenRefused(Refusal.RSA_ALGORITHM);
            case String other when OTHERS.contains(other) -> throw new TokenRefused(Refusal.ALGORITHM);
            default -> throw new TokenRefused(Refusal.NOT_A_TOKEN);
        };
    }

    /** Whether a key whose own {@code alg} is {@code name} may be used for this. */
    boolean isNamed(String name) {
        return switch (this) {
            case RS256, ES256 -> name.equals(name());
            case EDDSA -> name.equals("EdDSA") || name.equals("Ed25519");
        };
    }
}
