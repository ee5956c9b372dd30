package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.Format;
import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * CopyBothResponse: copying both ways begins, for streaming replication, in these formats (overall, and for each
 * column).
 */
public record CopyBothResponse(Format format, List<Format> columns) implements BackendMessage {

    public static final byte TAG = 'W';

    public CopyBothResponse {
        columns = List.copyOf(columns);
    }

    public static CopyBothResponse decode(ByteString body) {
        BodyReader in = new BodyReader("CopyBothResponse", body);
        CopyBothResponse message = new CopyBothResponse(in.format(in.int8()), in.formats());
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
