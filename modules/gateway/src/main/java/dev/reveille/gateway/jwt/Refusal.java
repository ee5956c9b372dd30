package dev.reveille.gateway.jwt;

/**
 * Why a token is refused, in the words of spec 01 §13.5, which applications compare with. Refusals are ordered by how far
 * the token came: where several rules refuse it, the one that came closest to accepting it speaks.
 */
record Refusal(Stage stage, String text) implements Comparable<Refusal> {

    static final Refusal NOT_A_TOKEN =
            new Refusal(Stage.ENCODING, "Provided authentication token is not a valid JWT encoding");
    static final Refusal CRITICAL =
            new Refusal(Stage.ENCODING, "JWT token has critical header parameters, which are not supported");
    static final Refusal NO_KEY_ID = new Refusal(Stage.ENCODING, "missing key id");
    static final Refusal KEY_NOT_FOUND = new Refusal(Stage.KEY, "jwk not found");
    static final Refusal ALGORITHM = new Refusal(Stage.ALGORITHM, "signature algorithm not supported");
    static final Refusal RSA_ALGORITHM = new Refusal(Stage.ALGORITHM, "invalid RSA signing algorithm");
    static final Refusal SIGNATURE = new Refusal(Stage.SIGNATURE, "signature error: invalid signature");
    static final Refusal AUDIENCE = new Refusal(Stage.CLAIMS, "invalid JWT token audience");
    static final Refusal ISSUER = new Refusal(Stage.CLAIMS, "invalid JWT token issuer");
    static final Refusal NO_EXPIRY = new Refusal(Stage.TIME, "JWT token has no expiry");

    enum Stage {
        ENCODING,
        KEY,
        ALGORITHM,
        SIGNATURE,
        CLAIMS,
        TIME
    }

    static Refusal expired(long exp) {
        return new Refusal(Stage.TIME, "JWT token has expired (exp=%d)".formatted(exp));
    }

    static Refusal notYet(long nbf) {
        return new Refusal(Stage.TIME, "JWT token is not yet ready to use (nbf=%d)".formatted(nbf));
    }

    static Refusal curve(String name) {
        return new Refusal(Stage.ALGORITHM, "unsupported EC key type " + name);
    }

    static Refusal keyType(String type) {
        return new Refusal(Stage.ALGORITHM, "unsupported key type " + type);
    }

    @Override
    public int compareTo(Refusal other) {
        return stage.compareTo(other.stage);
    }
}
