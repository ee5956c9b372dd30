package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** CommandComplete: one statement is done; the tag says which and how many rows, as in {@code SELECT 1}. */
public record CommandComplete(String command) implements BackendMessage {

    public static final byte TAG = 'C';

    public static CommandComplete decode(ByteString body) {
        BodyReader in = new BodyReader("CommandComplete", body);
        CommandComplete message = new CommandComplete(in.text());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().text(command).body();
    }
}
