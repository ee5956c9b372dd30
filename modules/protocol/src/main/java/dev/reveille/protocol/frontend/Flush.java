package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** Flush: asks the server to send what it has, without ending the batch. */
public record Flush() implements FrontendMessage {

    public static final byte TAG = 'H';

    public static Flush decode(ByteString body) {
        BodyReader in = new BodyReader("Flush", body);
        in.end();
        return new Flush();
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
