package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/**
 * SASLInitialResponse: the mechanism that the client chose, and its first message. PostgreSQL lets the message be
 * absent (length -1); no mechanism that we speak allows that, so it is a violation here. The data are not printed.
 */
public record SaslInitialResponse(String mechanism, ByteString data) implements FrontendMessage {

    public static final byte TAG = 'p';

    public static SaslInitialResponse decode(ByteString body) {
        BodyReader in = new BodyReader("SaslInitialResponse", body);
        String mechanism = in.text();
        ByteString data = in.bytes(in.int32());
        in.end();
        return new SaslInitialResponse(mechanism, data);
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().text(mechanism).int32(data.size()).bytes(data).body();
    }

    @Override
    public String toString() {
        return "SaslInitialResponse[%s, %d bytes]".formatted(mechanism, data.size());
    }
}
