package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** BindComplete: the portal is made. */
public record BindComplete() implements BackendMessage {

    public static final byte TAG = '2';

    public static BindComplete decode(ByteString body) {
        BodyReader in = new BodyReader("BindComplete", body);
        in.end();
        return new BindComplete();
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
