package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** NoData: the statement or portal returns no rows. */
public record NoData() implements BackendMessage {

    public static final byte TAG = 'n';

    public static NoData decode(ByteString body) {
        BodyReader in = new BodyReader("NoData", body);
        in.end();
        return new NoData();
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
