package dev.reveille.gateway.bench;

import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/** Sessions that there are none of: what would be known of each to cancel its query. */
final class Sessions {

    private Sessions() {}

    /** Everything is made anew, as for sessions of different computes: they share no object. */
    static CancelRecord session(int number) {
        return new CancelRecord(
                new CancelTarget(
                        new InetSocketAddress(
                                "10.%d.%d.%d".formatted(number >> 16, number >> 8 & 0xff, number & 0xff), 5432),
                        CancelTarget.Security.TLS_VERIFIED,
                        "compute-%d.computes.example".formatted(number),
                        number,
                        ByteString.fromArrayUnsafe(ByteBuffer.allocate(Integer.BYTES)
                                .putInt(number * 31)
                                .array())),
                EndpointKey.of(new EndpointId("blue-sky-%d".formatted(number))),
                new RoleName("app-%d".formatted(number)));
    }
}
