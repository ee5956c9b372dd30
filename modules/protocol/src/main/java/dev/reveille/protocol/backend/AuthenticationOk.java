package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** AuthenticationOk: the client is who it says. */
public record AuthenticationOk() implements AuthenticationMessage {

    static final int CODE = 0;

    /** Reads what follows the code. */
    static AuthenticationOk read(BodyReader in) {
        in.end();
        return new AuthenticationOk();
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
