package dev.reveille.gateway.sql;

import dev.reveille.protocol.scram.ScramKeys;
import java.util.Optional;

/** What a token is good for. */
public sealed interface TokenVerdict {

    /**
     * The bearer may be the role.
     *
     * @param keys log in to the compute; absent where it is expected to trust us
     * @param claimsJson the token's claims as they stood in it, one JSON object
     */
    record Proven(Optional<ScramKeys> keys, String claimsJson) implements TokenVerdict {

        /** Claims are personal. */
        @Override
        public String toString() {
            return "Proven[***]";
        }
    }

    /** The token is not good enough. */
    record Refused(String clientText) implements TokenVerdict {}

    /** Nobody's tokens are taken for this endpoint and role. */
    record NotTaken() implements TokenVerdict {}
}
