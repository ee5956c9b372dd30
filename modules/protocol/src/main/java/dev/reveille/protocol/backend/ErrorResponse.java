package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** ErrorResponse: something failed; the fields say what. */
public record ErrorResponse(ErrorFields fields) implements BackendMessage {

    public static final byte TAG = 'E';

    public static ErrorResponse decode(ByteString body) {
        BodyReader in = new BodyReader("ErrorResponse", body);
        ErrorResponse message = new ErrorResponse(ErrorFields.read(in));
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return fields.write(new BodyWriter()).body();
    }
}
