package dev.reveille.protocol.scram;

import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A password that came in clear text, on its way to being right or wrong (spec 01 §12.1). What that costs is decided by
 * the verifier, up to a second of a core; so it is done in steps, between which others may have their turn (spec 01
 * §12.3). Used by one thread at a time, away from the event loops. Not printed.
 */
public final class PasswordCheck {

    private final ScramVerifier verifier;
    private final boolean possible;
    private final SaltedPassword salted;

    PasswordCheck(ScramVerifier verifier, ByteString password) {
        this.verifier = verifier;
        // No role's password holds a NUL, and HMAC would not notice one at the end of the right password.
        this.possible = password.indexOf((byte) 0) < 0;
        this.salted = new SaltedPassword(
                PreparedPassword.of(password), verifier.salt().toArray(), verifier.iterations());
    }

    /** Does up to {@code rounds} more hashes of the verifier's {@link ScramVerifier#iterations}; whether it is done. */
    public boolean advance(int rounds) {
        return salted.advance(rounds);
    }

    /** When it is done: the role's keys, or nothing where it is the wrong password. */
    public Optional<ScramKeys> keys() {
        ScramKeys keys = ScramKeys.ofSaltedPassword(salted.result());
        return verifier.matches(keys.clientKey()) & possible
                ? Optional.of(new ScramKeys(keys.clientKey(), verifier.serverKey()))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "PasswordCheck[***]";
    }
}
