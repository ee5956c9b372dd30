package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** ParameterStatus: the present value of a run-time parameter; bytes, because it may come in any encoding. */
public record ParameterStatus(String name, ByteString value) implements BackendMessage {

    public static final byte TAG = 'S';

    public static ParameterStatus of(String name, String value) {
        return new ParameterStatus(name, ByteString.fromString(value));
    }

    /** The value as UTF-8, with replacement characters where it is something else. */
    public String text() {
        return value.utf8String();
    }

    public static ParameterStatus decode(ByteString body) {
        BodyReader in = new BodyReader("ParameterStatus", body);
        ParameterStatus message = new ParameterStatus(in.text(), in.cstring());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().text(name).cstring(value).body();
    }
}
