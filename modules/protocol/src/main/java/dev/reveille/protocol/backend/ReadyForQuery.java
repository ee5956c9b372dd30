package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** ReadyForQuery: the server waits for the next command. */
public record ReadyForQuery(TransactionStatus status) implements BackendMessage {

    public static final byte TAG = 'Z';

    public static ReadyForQuery decode(ByteString body) {
        BodyReader in = new BodyReader("ReadyForQuery", body);
        ReadyForQuery message = new ReadyForQuery(TransactionStatus.of(in.int8()));
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().int8(status.code()).body();
    }
}
