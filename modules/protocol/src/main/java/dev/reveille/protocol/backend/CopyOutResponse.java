package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.Format;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** CopyOutResponse: copying out begins, in these formats (overall, and for each column). */
public record CopyOutResponse(Format format, List<Format> columns) implements BackendMessage {

    public static final byte TAG = 'H';

    public CopyOutResponse {
        columns = List.copyOf(columns);
    }

    public static CopyOutResponse decode(ByteString body) {
        BodyReader in = new BodyReader("CopyOutResponse", body);
        CopyOutResponse message = new CopyOutResponse(in.format(in.int8()), in.formats());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().int8(format.code()).formats(columns).body();
    }
}
