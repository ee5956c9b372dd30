package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/**
 * PasswordMessage: the password in clear text or as an MD5 hash, without the NUL that ends it on the wire. Not
 * printed.
 */
public record PasswordMessage(ByteString password) implements FrontendMessage {

    public static final byte TAG = 'p';

    public static PasswordMessage decode(ByteString body) {
        BodyReader in = new BodyReader("PasswordMessage", body);
        PasswordMessage message = new PasswordMessage(in.cstring());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().cstring(password).body();
    }

    @Override
    public String toString() {
        return "PasswordMessage[***]";
    }
}
