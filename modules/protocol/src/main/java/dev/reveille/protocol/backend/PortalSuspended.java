package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** PortalSuspended: the row limit of Execute was reached, and there is more. */
public record PortalSuspended() implements BackendMessage {

    public static final byte TAG = 's';

    public static PortalSuspended decode(ByteString body) {
        BodyReader in = new BodyReader("PortalSuspended", body);
        in.end();
        return new PortalSuspended();
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return ByteString.emptyByteString();
    }
}
