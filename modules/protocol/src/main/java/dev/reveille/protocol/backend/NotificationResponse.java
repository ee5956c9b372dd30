package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/** NotificationResponse: somebody notified a channel that this session listens to. */
public record NotificationResponse(int processId, String channel, String payload) implements BackendMessage {

    public static final byte TAG = 'A';

    public static NotificationResponse decode(ByteString body) {
        BodyReader in = new BodyReader("NotificationResponse", body);
        NotificationResponse message = new NotificationResponse(in.int32(), in.text(), in.text());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().int32(processId).text(channel).text(payload).body();
    }
}
