package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** ParameterDescription: the types of a statement's parameters, as object identifiers. */
public record ParameterDescription(List<Integer> types) implements BackendMessage {

    public static final byte TAG = 't';

    public ParameterDescription {
        types = List.copyOf(types);
    }

    public static ParameterDescription decode(ByteString body) {
        BodyReader in = new BodyReader("ParameterDescription", body);
        ParameterDescription message = new ParameterDescription(in.objectIds());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().objectIds(types).body();
    }
}
