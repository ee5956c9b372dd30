package dev.reveille.protocol.scram;

import java.util.Base64;
import java.util.Optional;

/**
 * Base64 with padding, in the one spelling that encoding would give. Java alone would also take text without padding
 * and with stray bits at the end, so that one value would have several spellings.
 */
final class StrictBase64 {

    private StrictBase64() {}

    static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static Optional<byte[]> decode(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return encode(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
