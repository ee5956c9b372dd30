package dev.reveille.protocol.scram;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/** What both sides of an exchange share: its two mechanisms and the message that both sign. */
final class ScramExchange {

    static final String SCRAM_SHA_256 = "SCRAM-SHA-256";
    static final String SCRAM_SHA_256_PLUS = "SCRAM-SHA-256-PLUS";

    private ScramExchange() {}

    /** AuthMessage of RFC 5802 §3: everything said so far. */
    static byte[] authMessage(String clientFirstBare, String serverFirst, String clientFinalWithoutProof) {
        return utf8(clientFirstBare + "," + serverFirst + "," + clientFinalWithoutProof);
    }

    /** HMAC of the AuthMessage with one of the keys. */
    static byte[] signature(ByteString key, byte[] authMessage) {
        return ScramHash.hmac(key.toArrayUnsafe(), authMessage);
    }

    static ByteString bytes(String text) {
        return ByteString.fromArrayUnsafe(utf8(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
