package dev.reveille.protocol.scram;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/**
 * What it takes to log in as a role without knowing its password, and to recognise a server that knows it. As good as
 * the password wherever the same verifier is stored: hold it for the login only. Not printed.
 */
public record ScramKeys(ByteString clientKey, ByteString serverKey) {

    public ScramKeys {
        if (clientKey.size() != ScramHash.LENGTH || serverKey.size() != ScramHash.LENGTH) {
            throw new IllegalArgumentException("SCRAM keys have %d bytes".formatted(ScramHash.LENGTH));
        }
    }

    static ScramKeys ofSaltedPassword(byte[] saltedPassword) {
        return new ScramKeys(key(saltedPassword, "Client Key"), key(saltedPassword, "Server Key"));
    }

    static ScramKeys ofPassword(ByteString password, byte[] salt, int iterations) {
        return ofSaltedPassword(ScramHash.saltedPassword(PreparedPassword.of(password), salt, iterations));
    }

    /** What a server stores in the place of the client key; stands for the secret, and opens nothing. */
    public ByteString storedKey() {
        return ByteString.fromArrayUnsafe(ScramHash.sha256(clientKey.toArrayUnsafe()));
    }

    private static ByteString key(byte[] saltedPassword, String label) {
        return ByteString.fromArrayUnsafe(ScramHash.hmac(saltedPassword, label.getBytes(StandardCharsets.US_ASCII)));
    }

    @Override
    public String toString() {
        return "ScramKeys[***]";
    }
}
