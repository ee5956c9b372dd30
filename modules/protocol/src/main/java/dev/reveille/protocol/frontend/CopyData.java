package dev.reveille.protocol.frontend;

import org.apache.pekko.util.ByteString;

/** CopyData: a piece of what is copied in, cut anywhere. */
public record CopyData(ByteString data) implements FrontendMessage {

    public static final byte TAG = 'd';

    public static CopyData decode(ByteString body) {

        return new CopyData(body);
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return data;
    }
}
