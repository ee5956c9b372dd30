package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** EmptyQueryResponse: stands for CommandComplete where the query was empty. */
public record EmptyQueryResponse() implements BackendMessage {

    public static final byte TAG = 'I';

    public static EmptyQueryResponse decode(ByteString body) {
        BodyReader in = new BodyReader("EmptyQueryResponse", body);
        in.end();
        return new EmptyQueryResponse();
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
