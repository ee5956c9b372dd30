package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** AuthenticationSASL: choose one of these mechanisms, the best first. */
public record AuthenticationSasl(List<String> mechanisms) implements AuthenticationMessage {

    static final int CODE = 10;

    public AuthenticationSasl {
        mechanisms = List.copyOf(mechanisms);
    }

    /** Reads what follows the code. */
    static AuthenticationSasl read(BodyReader in) {
        List<String> mechanisms = new ArrayList<>();
        for (String name = in.text(); !name.isEmpty(); name = in.text()) {
            mechanisms.add(name);
        }
        in.end();
        return new AuthenticationSasl(mechanisms);
    }

    @Override
    public int code() {
        return CODE;
    }

    @Override
    public ByteString body() {
        BodyWriter out = new BodyWriter().int32(CODE);
        mechanisms.forEach(out::text);
        return out.int8(0).body();
    }
}
