package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** Terminate: the client leaves. */
public record Terminate() implements FrontendMessage {

    public static final byte TAG = 'X';

    public static Terminate decode(ByteString body) {
        BodyReader in = new BodyReader("Terminate", body);
        in.end();
        return new Terminate();
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return ByteString.emptyByteString();
    }
}
