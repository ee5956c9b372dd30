package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** FunctionCallResponse: what the function returned; nothing for NULL. */
public record FunctionCallResponse(Optional<ByteString> value) implements BackendMessage {

    public static final byte TAG = 'V';

    public static FunctionCallResponse decode(ByteString body) {
        BodyReader in = new BodyReader("FunctionCallResponse", body);
        FunctionCallResponse message = new FunctionCallResponse(in.value());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().value(value).body();
    }
}
