package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** Describe: asks what a prepared statement or a portal takes and returns. */
public record Describe(Target target, String name) implements FrontendMessage {

    public static final byte TAG = 'D';

    public static Describe decode(ByteString body) {
        BodyReader in = new BodyReader("Describe", body);
        Describe message = new Describe(Target.read(in), in.text());
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
