package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** Execute: runs a portal. A limit of zero rows means all of them. */
public record Execute(String portal, int rowsMax) implements FrontendMessage {

    public static final byte TAG = 'E';

    public static Execute decode(ByteString body) {
        BodyReader in = new BodyReader("Execute", body);
        Execute message = new Execute(in.text(), in.int32());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().text(portal).int32(rowsMax).body();
    }
}
