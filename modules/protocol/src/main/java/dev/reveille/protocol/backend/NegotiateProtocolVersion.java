package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * NegotiateProtocolVersion: the newest version that the server speaks under the major version asked for, as a whole
 * version word, and the protocol options that it does not know.
 */
public record NegotiateProtocolVersion(ProtocolVersion newest, List<String> unrecognized) implements BackendMessage {

    public static final byte TAG = 'v';

    public NegotiateProtocolVersion {
        unrecognized = List.copyOf(unrecognized);
    }

    public static NegotiateProtocolVersion decode(ByteString body) {
        BodyReader in = new BodyReader("NegotiateProtocolVersion", body);
        ProtocolVersion newest = ProtocolVersion.ofCode(in.int32());
        int count = in.int32();
        List<String> unrecognized = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            unrecognized.add(in.text());
        }
        in.end();
        if (count < 0) {
            throw in.violation("count of %d options".formatted(count));
        }
        return new NegotiateProtocolVersion(newest, unrecognized);
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        BodyWriter out = new BodyWriter().int32(newest.code()).int32(unrecognized.size());
        unrecognized.forEach(out::text);
        return out.body();
    }
}
