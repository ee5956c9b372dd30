package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** Query: the simple protocol. May hold several statements. */
public record Query(String sql) implements FrontendMessage {

    public static final byte TAG = 'Q';

    public static Query decode(ByteString body) {
        BodyReader in = new BodyReader("Query", body);
        Query message = new Query(in.text());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().text(sql).body();
    }
}
