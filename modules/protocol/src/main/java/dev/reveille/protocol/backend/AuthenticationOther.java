package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/**
 * A request for an authentication that Reveille does not speak: Kerberos (2), GSSAPI (7, 8), SSPI (9) or one still
 * unknown. What follows the code is dropped when it is read.
 */
public record AuthenticationOther(int code) implements AuthenticationMessage {

    @Override
    public ByteString body() {
        return new BodyWriter().int32(code).body();
    }
}
