package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** Sync: ends a batch of the extended protocol; answered by ReadyForQuery. */
public record Sync() implements FrontendMessage {

    public static final byte TAG = 'S';

    public static Sync decode(ByteString body) {
        BodyReader in = new BodyReader("Sync", body);
        in.end();
        return new Sync();
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
