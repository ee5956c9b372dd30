package dev.reveille.protocol.scram;

import dev.reveille.protocol.Digits;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * What a server keeps to check a role's password by: PostgreSQL's {@code rolpassword} for SCRAM-SHA-256 (spec 01 §11.1).
 * A mock stands in for roles that do not exist or have no password: it takes part in every step and matches nothing
 * (§11.6). Not printed.
 */
public record ScramVerifier(int iterations, ByteString salt, ByteString storedKey, ByteString serverKey, boolean mock) {

    /** Above this, a verifier is refused: one login would cost a good fraction of a second. PostgreSQL's default is 4096. */
    public static final int ITERATIONS_MAX = 1_000_000;

    /** PostgreSQL makes salts of 16 bytes. */
    public static final int SALT_LENGTH_MAX = 256;

    private static final String MECHANISM = "SCRAM-SHA-256";
    private static final int MOCK_ITERATIONS = 4096;
    private static final int MOCK_SALT_LENGTH = 16;
    private static final int DIGITS_MAX = 10;

    public ScramVerifier {
        if (iterations < 1 || iterations > ITERATIONS_MAX) {
            throw new IllegalArgumentException("SCRAM with %d iterations".formatted(iterations));
        }
        if (salt.isEmpty() || salt.size() > SALT_LENGTH_MAX) {
            throw new IllegalArgumentException("SCRAM with a salt of %d bytes".formatted(salt.size()));
        }
        if (storedKey.size() != ScramHash.LENGTH || serverKey.size() != ScramHash.LENGTH) {
            throw new IllegalArgumentException("SCRAM keys have %d bytes".formatted(ScramHash.LENGTH));
        }
    }

    /**
     * Reads {@code SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>}. Nothing where the text is anything else,
     * such as an MD5 hash, or passes a limit of this type.
     */
    public static Optional<ScramVerifier> parse(String text) {
        String[] parts = text.split("\\$", -1);
        if (parts.length != 3 || !parts[0].equals(MECHANISM)) {
            return Optional.empty();
        }
        String[] cost = parts[1].split(":", -1);
        String[] keys = parts[2].split(":", -1);
        if (cost.length != 2 || keys.length != 2) {
            return Optional.empty();
        }
        return iterations(cost[0])
                .flatMap(iterations -> salt(cost[1])
                        .flatMap(salt -> key(keys[0])
                                .flatMap(stored -> key(keys[1])
                                        .map(server -> new ScramVerifier(iterations, salt, stored, server, false)))));
    }

    /** The verifier of a password. Costs {@code iterations} hashes. */
    public static ScramVerifier ofPassword(ByteString password, ByteString salt, int iterations) {
        ScramKeys keys = ScramKeys.ofPassword(password, salt.toArray(), iterations);
        return new ScramVerifier(iterations, salt, keys.storedKey(), keys.serverKey(), false);
    }

    /** The verifier of a password. Costs {@code iterations} hashes. */
    public static ScramVerifier ofPassword(String password, ByteString salt, int iterations) {
        return ofPassword(ByteString.fromString(password), salt, iterations);
    }

    /**
     * A verifier that matches nothing and looks, from outside, like that of a role with a password: the same endpoint
     * and role are told the same salt at every try and on every node that holds the fleet's key.
     */
    public static ScramVerifier mockFor(ByteString fleetKey, String endpoint, String role) {
        // The NUL keeps ("ab", "c") and ("a", "bc") apart; neither name can hold one.
        byte[] name = (endpoint + '\0' + role).getBytes(StandardCharsets.UTF_8);
        byte[] seed = ScramHash.hmac(fleetKey.toArray(), name);
        ByteString salt = ByteString.fromArrayUnsafe(Arrays.copyOf(ScramHash.sha256(seed), MOCK_SALT_LENGTH));
        ByteString key = ByteString.fromArrayUnsafe(ScramHash.hmac(seed, name));
        return new ScramVerifier(MOCK_ITERATIONS, salt, key, key, true);
    }

    /** The text that {@link #parse} reads. */
    public String encode() {
        return "%s$%d:%s$%s:%s".formatted(MECHANISM, iterations, base64(salt), base64(storedKey), base64(serverKey));
    }

    /**
     * The keys of a role whose password came in clear text, or nothing where it is the wrong one (spec 01 §12.1). Costs
     * {@link #iterations} hashes, for mocks too: call it away from the event loops.
     */
    public Optional<ScramKeys> keysOf(ByteString password) {
        PasswordCheck check = check(password);
        check.advance(iterations);
        return check.keys();
    }

    /** The same in steps, for whoever has many passwords to check. Costs one hash. */
    public PasswordCheck check(ByteString password) {
        return new PasswordCheck(this, password);
    }

    /** Whether this is the client key of the role. Takes the same time for every answer. */
    boolean matches(ByteString clientKey) {
        byte[] stored = ScramHash.sha256(clientKey.toArrayUnsafe());
        return MessageDigest.isEqual(stored, storedKey.toArrayUnsafe()) & !mock;
    }

    private static Optional<Integer> iterations(String text) {
        if (!Digits.only(text, DIGITS_MAX)) {
            return Optional.empty();
        }
        long iterations = Long.parseLong(text);
        return iterations >= 1 && iterations <= ITERATIONS_MAX ? Optional.of((int) iterations) : Optional.empty();
    }

    private static Optional<ByteString> salt(String text) {
        return StrictBase64.decode(text)
                .filter(salt -> salt.length > 0 && salt.length <= SALT_LENGTH_MAX)
                .map(ByteString::fromArrayUnsafe);
    }

    private static Optional<ByteString> key(String text) {
        return StrictBase64.decode(text)
                .filter(key -> key.length == ScramHash.LENGTH)
                .map(ByteString::fromArrayUnsafe);
    }

    private static String base64(ByteString bytes) {
        return StrictBase64.encode(bytes.toArrayUnsafe());
    }

    @Override
    public String toString() {
        return mock ? "ScramVerifier[mock]" : "ScramVerifier[***]";
    }
}
