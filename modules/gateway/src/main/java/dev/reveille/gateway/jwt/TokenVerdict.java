package dev.reveille.gateway.jwt;

/** What became of a token. None of these prints the token or what it claims. */
public sealed interface TokenVerdict {

    /**
     * The token is good.
     *
     * @param claimsJson its payload, letter by letter as it was signed: one JSON object
     */
    record Proven(String claimsJson) implements TokenVerdict {

        /** Claims tell who somebody is. */
        @Override
        public String toString() {
            return "Proven[***]";
        }
    }

    /**
     * The token does not open this role. Trying it again is no use.
     *
     * @param clientText what the client may be told (SQLSTATE 28000)
     */
    record Refused(String clientText) implements TokenVerdict {}

    /**
     * Whether the token is good cannot be said now. It may be tried again.
     *
     * @param clientText what the client may be told (SQLSTATE 57P03); says nothing of the reason
     */
    record Unavailable(String clientText) implements TokenVerdict {}
}
