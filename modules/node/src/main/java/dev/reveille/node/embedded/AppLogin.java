package dev.reveille.node.embedded;

import dev.reveille.protocol.names.DatabaseName;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The one login of a data directory: role {@code app}, with the same password and the same verifier in every endpoint.
 * The verifier must be the same to the last bit of its salt, because Reveille logs in to a compute with the keys that a
 * client's proof revealed (spec 01 §11.5).
 */
record AppLogin(String password, ScramVerifier verifier) {

    static final RoleName ROLE = new RoleName("app");
    static final DatabaseName DATABASE = new DatabaseName("app");

    /** 18 bytes are 24 characters that need no quoting in a URL or a shell. */
    private static final int PASSWORD_BYTES = 18;

    private static final int SALT_BYTES = 16;
    private static final int ITERATIONS = 4096;

    /**
     * Reads the login of {@code directory}, or makes one. The file {@code password} has the last word: where the
     * verifier is not its verifier, because somebody edited or removed one of the two, there will be a new one.
     * Blocking, and costs a key derivation.
     */
    static AppLogin open(DataDirectory directory) throws IOException {
        SecureRandom random = new SecureRandom();
        Optional<String> kept = directory.password().read().filter(text -> !text.isEmpty());
        String password = kept.orElseGet(
                () -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(random, PASSWORD_BYTES)));
        if (kept.isEmpty()) {
            directory.password().write(password);
        }
        Optional<ScramVerifier> verifier = directory
                .verifier()
                .read()
                .flatMap(ScramVerifier::parse)
                .filter(known -> ScramVerifier.ofPassword(password, known.salt(), known.iterations())
                        .equals(known));
        if (verifier.isPresent()) {
            return new AppLogin(password, verifier.get());
        }
        ScramVerifier made =
                ScramVerifier.ofPassword(password, ByteString.fromArray(bytes(random, SALT_BYTES)), ITERATIONS);
        directory.verifier().write(made.encode());
        return new AppLogin(password, made);
    }

    private static byte[] bytes(SecureRandom random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public String toString() {
        return "AppLogin[***]";
    }
}
