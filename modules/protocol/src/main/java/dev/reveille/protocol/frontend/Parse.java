package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** Parse: prepares a statement. A parameter type of zero, or none, leaves the choice to the server. */
public record Parse(String statement, String sql, List<Integer> parameterTypes) implements FrontendMessage {

    public static final byte TAG = 'P';

    public Parse {
        parameterTypes = List.copyOf(parameterTypes);
    }

    public static Parse decode(ByteString body) {
        BodyReader in = new BodyReader("Parse", body);
        Parse message = new Parse(in.text(), in.text(), in.objectIds());
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
                .text(statement)
                .text(sql)
                .objectIds(parameterTypes)
                .body();
    }
}
