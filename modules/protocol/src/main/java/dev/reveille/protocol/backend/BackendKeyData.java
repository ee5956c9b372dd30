package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import org.apache.pekko.util.ByteString;

/**
 * BackendKeyData: what a client must show to interrupt a query of this session. The secret has four bytes in protocol
 * 3.0 and up to 256 since 3.2; whoever holds it may cancel, so it is not printed.
 */
public record BackendKeyData(int processId, ByteString secretKey) implements BackendMessage {

    public static final byte TAG = 'K';
    public static final int SECRET_LENGTH_MIN = 4;
    public static final int SECRET_LENGTH_MAX = 256;

    public BackendKeyData {
        if (!isKey(secretKey)) {
            throw new IllegalArgumentException("a cancel key of %d bytes".formatted(secretKey.size()));
        }
    }

    public static BackendKeyData decode(ByteString body) {
        BodyReader in = new BodyReader("BackendKeyData", body);
        int processId = in.int32();
        ByteString secretKey = in.rest().compact();
        if (!isKey(secretKey)) {
            throw in.violation("a cancel key of %d bytes".formatted(secretKey.size()));
        }
        return new BackendKeyData(processId, secretKey);
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter().int32(processId).bytes(secretKey).body();
    }

    @Override
    public String toString() {
        return "BackendKeyData[%d, ***]".formatted(processId);
    }

    private static boolean isKey(ByteString secret) {
        return secret.size() >= SECRET_LENGTH_MIN && secret.size() <= SECRET_LENGTH_MAX;
    }
}
