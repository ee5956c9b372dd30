package dev.reveille.protocol.scram;

import java.security.SecureRandom;

/** Where nonces come from; the exchanges take them as arguments. Any thread. */
public final class ScramNonce {

    /** As many as PostgreSQL takes; 24 characters in Base64. */
    private static final int RANDOM_BYTES = 18;

    private static final SecureRandom RANDOM = new SecureRandom();

    private ScramNonce() {}

    /** A nonce that nobody can guess, for either side of one exchange. */
    public static String fresh() {
        byte[] bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return StrictBase64.encode(bytes);
    }
}
