package dev.reveille.protocol.backend;

import org.apache.pekko.util.ByteString;

/** CopyData: a row of what is copied out. */
public record CopyData(ByteString data) implements BackendMessage {

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
