package dev.reveille.protocol.scram;

import com.ongres.saslprep.SASLprep;
import dev.reveille.protocol.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * SASLprep (RFC 4013) the way PostgreSQL applies it: where a password is not UTF-8, holds what SASLprep forbids or has
 * nothing left after it, its bytes count as they are.
 */
final class PreparedPassword {

    private static final SASLprep SASLPREP = new SASLprep();

    private PreparedPassword() {}

    static byte[] of(ByteString password) {
        return Utf8.strict(password).flatMap(PreparedPassword::prepared).orElseGet(password::toArray);
    }

    private static Optional<byte[]> prepared(String password) {
        try {
            return Optional.of(SASLPREP.prepareStored(password))
                    .filter(prepared -> !prepared.isEmpty())
                    .map(prepared -> prepared.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
            // The second is how the library answers text of which nothing is left.
            return Optional.empty();
        }
    }
}
