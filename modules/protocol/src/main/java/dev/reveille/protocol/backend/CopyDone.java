package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** CopyDone: all that is copied out has been sent. */
public record CopyDone() implements BackendMessage {

    public static final byte TAG = 'c';

    public static CopyDone decode(ByteString body) {
        BodyReader in = new BodyReader("CopyDone", body);
        in.end();
        return new CopyDone();
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
