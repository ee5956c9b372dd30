package dev.reveille.gateway.jwt;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What of a token's payload decides whether it is good (RFC 7519 §4.1); times are seconds since 1970, never negative.
 * Not printed.
 */
record TokenClaims(List<String> audiences, Optional<String> issuer, OptionalLong exp, OptionalLong nbf) {

    TokenClaims {
        audiences = List.copyOf(audiences);
    }

    /** Why {@code rule} does not accept these claims now, in the order of spec 01 §13.5; nothing where it does. */
    Optional<Refusal> objectionOf(TokenRule rule, Instant now, Duration leeway) {
        if (rule.audience().isPresent() && !audiences.contains(rule.audience().get())) {
            return Optional.of(Refusal.AUDIENCE);
        }
        if (rule.issuer().isPresent() && !rule.issuer().equals(issuer)) {
            return Optional.of(Refusal.ISSUER);
        }
        if (exp.isEmpty() && rule.expiryRequired()) {
            return Optional.of(Refusal.NO_EXPIRY);
        }
        // The leeway is put on our side of the comparison, where it cannot overflow.
        if (exp.isPresent() && now.minus(leeway).getEpochSecond() >= exp.getAsLong()) {
            return Optional.of(Refusal.expired(exp.getAsLong()));
        }
        if (nbf.isPresent() && nbf.getAsLong() >= now.plus(leeway).getEpochSecond()) {
            return Optional.of(Refusal.notYet(nbf.getAsLong()));
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "TokenClaims[***]";
    }
}
