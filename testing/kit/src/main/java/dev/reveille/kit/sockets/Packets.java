package dev.reveille.kit.sockets;

import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** Bytes that the protocol's own records refuse to make: lengths that lie, packets that end in the middle. */
public final class Packets {

    private Packets() {}

    /** A start-up packet with this length, whatever follows. */
    public static ByteString untagged(int length, int code, ByteString body) {
        return new BodyWriter().int32(length).int32(code).bytes(body).body();
    }

    /** A message with this length, whatever follows. */
    public static ByteString tagged(char tag, int length, ByteString body) {
        return new BodyWriter().int8(tag).int32(length).bytes(body).body();
    }

    /** A start-up packet of version 3.0 with an honest length around {@code body}. */
    public static ByteString startupWithBody(ByteString body) {
        return untagged(2 * Integer.BYTES + body.size(), ProtocolVersion.V3_0.code(), body);
    }

    /** A proper StartupMessage; names and values by turns. */
    public static StartupMessage startup(String... namesAndValues) {
        List<Parameter> parameters = new ArrayList<>();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            parameters.add(Parameter.of(namesAndValues[at], namesAndValues[at + 1]));
        }
        return new StartupMessage(ProtocolVersion.V3_0, parameters);
    }
}
