package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** AuthenticationSASLContinue: the server's next message in a SASL exchange. Its data are not printed. */
public record AuthenticationSaslContinue(ByteString data) implements AuthenticationMessage {

    static final int CODE = 11;

    /** Reads what follows the code. */
    static AuthenticationSaslContinue read(BodyReader in) {
        return new AuthenticationSaslContinue(in.rest());
    }

    @Override
    public int code() {
        return CODE;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().int32(CODE).bytes(data).body();
    }

    @Override
    public String toString() {
        return "AuthenticationSaslContinue[%d bytes]".formatted(data.size());
    }
}
