package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.Format;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Bind: makes a portal out of a prepared statement and values for its parameters. An empty name is the unnamed one. */
public record Bind(
        String portal,
        String statement,
        List<Format> parameterFormats,
        List<Optional<ByteString>> parameters,
        List<Format> resultFormats)
        implements FrontendMessage {

    public static final byte TAG = 'B';

    public Bind {
        parameterFormats = List.copyOf(parameterFormats);
        parameters = List.copyOf(parameters);
        resultFormats = List.copyOf(resultFormats);
    }

    public static Bind decode(ByteString body) {
        BodyReader in = new BodyReader("Bind", body);
        Bind message = new Bind(in.text(), in.text(), in.formats(), in.values(), in.formats());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter()
                .text(portal)
                .text(statement)
                .formats(parameterFormats)
                .values(parameters)
                .formats(resultFormats)
                .body();
    }
}
