package dev.reveille.protocol.frontend;

import org.apache.pekko.util.ByteString;

/** SASLResponse: a later message of the client in a SASL exchange. Not printed: it proves a password. */
public record SaslResponse(ByteString data) implements FrontendMessage {

    public static final byte TAG = 'p';

    public static SaslResponse decode(ByteString body) {

        return new SaslResponse(body);
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return data;
    }

    @Override
    public String toString() {
        return "SaslResponse[%d bytes]".formatted(data.size());
    }
}
