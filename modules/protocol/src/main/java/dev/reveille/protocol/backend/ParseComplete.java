package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** ParseComplete: the statement is prepared. */
public record ParseComplete() implements BackendMessage {

    public static final byte TAG = '1';

    public static ParseComplete decode(ByteString body) {
        BodyReader in = new BodyReader("ParseComplete", body);
        in.end();
        return new ParseComplete();
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
