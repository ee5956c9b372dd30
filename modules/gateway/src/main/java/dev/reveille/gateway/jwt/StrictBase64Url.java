package dev.reveille.gateway.jwt;

import java.util.Base64;
import java.util.Optional;

/**
 * Base64url without padding (RFC 7515 §2), one text for each value: a letter too many, a foreign one, or bits that mean
 * nothing would let the same token be written in several ways.
 */
final class StrictBase64Url {

    private static final int GROUP = 4;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private StrictBase64Url() {}

    static Optional<byte[]> decode(String text) {
        if (text.indexOf('=') >= 0 || text.length() % GROUP == 1) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return lastGroup(bytes).equals(text.substring(text.length() / GROUP * GROUP))
                    ? Optional.of(bytes)
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** How the bytes that fill no whole group are written. */
    private static String lastGroup(byte[] bytes) {
        int rest = bytes.length % (GROUP - 1);
        byte[] last = new byte[rest];
        System.arraycopy(bytes, bytes.length - rest, last, 0, rest);
        return ENCODER.encodeToString(last);
    }
}
