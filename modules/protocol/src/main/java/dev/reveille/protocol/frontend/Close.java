package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** Close: forgets a prepared statement or a portal. */
public record Close(Target target, String name) implements FrontendMessage {

    public static final byte TAG = 'C';

    public static Close decode(ByteString body) {
        BodyReader in = new BodyReader("Close", body);
        Close message = new Close(Target.read(in), in.text());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().int8(target.code()).text(name).body();
    }
}
