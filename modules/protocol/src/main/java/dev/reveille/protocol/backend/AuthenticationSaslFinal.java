package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** AuthenticationSASLFinal: the server's last message in a SASL exchange. Its data are not printed. */
public record AuthenticationSaslFinal(ByteString data) implements AuthenticationMessage {

    static final int CODE = 12;

    /** Reads what follows the code. */
    static AuthenticationSaslFinal read(BodyReader in) {
        return new AuthenticationSaslFinal(in.rest());
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
        return "AuthenticationSaslFinal[%d bytes]".formatted(data.size());
    }
}
