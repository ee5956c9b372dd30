package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** AuthenticationMD5Password: send the password, hashed with this salt. */
public record AuthenticationMd5Password(ByteString salt) implements AuthenticationMessage {

    static final int CODE = 5;

    private static final int SALT_LENGTH = 4;

    public AuthenticationMd5Password {
        if (salt.size() != SALT_LENGTH) {
            throw new IllegalArgumentException("an MD5 salt of %d bytes".formatted(salt.size()));
        }
    }

    /** Reads what follows the code. */
    static AuthenticationMd5Password read(BodyReader in) {
        ByteString salt = in.bytes(SALT_LENGTH);
        in.end();
        return new AuthenticationMd5Password(salt);
    }

    @Override
    public int code() {
        return CODE;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().int32(CODE).bytes(salt).body();
    }
}
