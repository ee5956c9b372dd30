package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** CloseComplete: the statement or portal is forgotten. */
public record CloseComplete() implements BackendMessage {

    public static final byte TAG = '3';

    public static CloseComplete decode(ByteString body) {
        BodyReader in = new BodyReader("CloseComplete", body);
        in.end();
        return new CloseComplete();
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
