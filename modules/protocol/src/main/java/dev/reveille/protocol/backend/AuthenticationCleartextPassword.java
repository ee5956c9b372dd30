package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** AuthenticationCleartextPassword: send the password as it is. */
public record AuthenticationCleartextPassword() implements AuthenticationMessage {

    static final int CODE = 3;

    /** Reads what follows the code. */
    static AuthenticationCleartextPassword read(BodyReader in) {
        in.end();
        return new AuthenticationCleartextPassword();
    }

    @Override
    public int code() {
        return CODE;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().int32(CODE).body();
    }
}
