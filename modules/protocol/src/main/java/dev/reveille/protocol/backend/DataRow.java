package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** DataRow: one row; NULL is an empty {@link Optional}. */
public record DataRow(List<Optional<ByteString>> columns) implements BackendMessage {

    public static final byte TAG = 'D';

    public DataRow {
        columns = List.copyOf(columns);
    }

    public static DataRow decode(ByteString body) {
        BodyReader in = new BodyReader("DataRow", body);
        DataRow message = new DataRow(in.values());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().values(columns).body();
    }
}
