package dev.reveille.protocol.startup;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/**
 * CancelRequest: interrupt the query of the session that was given this process id and secret. Gets no answer. The
 * secret has four bytes in protocol 3.0 and up to 256 since 3.2; whoever holds it may cancel, so it is not printed.
 */
public record CancelRequest(int processId, ByteString secretKey) implements StartupPacket {

    public static final int SECRET_LENGTH_MIN = 4;
    public static final int SECRET_LENGTH_MAX = 256;

    public CancelRequest {
        if (!allowsBodyOf(Integer.BYTES + secretKey.size())) {
            throw new IllegalArgumentException("a cancel key of %d bytes".formatted(secretKey.size()));
        }
    }

    static boolean allowsBodyOf(int length) {
        return length >= Integer.BYTES + SECRET_LENGTH_MIN && length <= Integer.BYTES + SECRET_LENGTH_MAX;
    }

    static CancelRequest decode(ByteString body) {
        BodyReader in = new BodyReader("CancelRequest", body);
        return new CancelRequest(in.int32(), in.rest().compact());
    }

    @Override
    public ByteString encode() {
        return StartupCodes.encode(
                StartupCodes.CANCEL_REQUEST,
                new BodyWriter().int32(processId).bytes(secretKey).body());
    }

    @Override
    public String toString() {
        return "CancelRequest[%d, ***]".formatted(processId);
    }
}
