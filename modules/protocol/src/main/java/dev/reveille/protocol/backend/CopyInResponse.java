package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.Format;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** CopyInResponse: the server is ready to be copied into, in these formats (overall, and for each column). */
public record CopyInResponse(Format format, List<Format> columns) implements BackendMessage {

    public static final byte TAG = 'G';

    public CopyInResponse {
        columns = List.copyOf(columns);
    }

    public static CopyInResponse decode(ByteString body) {
        BodyReader in = new BodyReader("CopyInResponse", body);
        CopyInResponse message = new CopyInResponse(in.format(in.int8()), in.formats());
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
