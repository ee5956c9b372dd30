package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** CopyFail: the client gives up copying in, and says why. */
public record CopyFail(String reason) implements FrontendMessage {

    public static final byte TAG = 'f';

    public static CopyFail decode(ByteString body) {
        BodyReader in = new BodyReader("CopyFail", body);
        CopyFail message = new CopyFail(in.text());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().text(reason).body();
    }
}
