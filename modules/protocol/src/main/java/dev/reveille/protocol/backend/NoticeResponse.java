package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** NoticeResponse: something worth saying; in the shape of an error. */
public record NoticeResponse(ErrorFields fields) implements BackendMessage {

    public static final byte TAG = 'N';

    public static NoticeResponse decode(ByteString body) {
        BodyReader in = new BodyReader("NoticeResponse", body);
        NoticeResponse message = new NoticeResponse(ErrorFields.read(in));
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
