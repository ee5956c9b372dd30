package dev.reveille.gateway.jwt;

import dev.reveille.protocol.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A token in compact form (RFC 7515 §7.1), read but not yet believed. Not printed.
 *
 * @param payload the text of its claims, as it stands in the token
 * @param signed what the signature is about: header and payload as they were sent
 * @param signature base64url, sound
 */
record SignedToken(
        TokenAlgorithm algorithm, String keyId, String payload, TokenClaims claims, String signed, String signature) {

    private static final int KEY_ID_LENGTH_MAX = 256;

    /** Reads {@code text}, in the order of spec 01 §13.5, points 1 and 2. */
    static SignedToken read(String text, int lengthMax) throws TokenRefused {
        int last = text.lastIndexOf('.');
        int first = text.indexOf('.');
        if (text.length() > lengthMax || first == last || text.indexOf('.', first + 1) != last) {
            throw new TokenRefused(Refusal.NOT_A_TOKEN);
        }
        TokenJson.Header header = TokenJson.header(json(text.substring(0, first)));
        String payload = json(text.substring(first + 1, last));
        String signature = text.substring(last + 1);
        if (header.algorithm().isEmpty() || StrictBase64Url.decode(signature).isEmpty()) {
            throw new TokenRefused(Refusal.NOT_A_TOKEN);
        }
        if (header.critical()) {
            throw new TokenRefused(Refusal.CRITICAL);
        }
        TokenAlgorithm algorithm = TokenAlgorithm.ofToken(header.algorithm().get());
        String keyId = header.keyId()
                .filter(id -> !id.isEmpty() && id.length() <= KEY_ID_LENGTH_MAX)
                .orElseThrow(() -> new TokenRefused(Refusal.NO_KEY_ID));
        return new SignedToken(
                algorithm, keyId, payload, TokenJson.claims(payload), text.substring(0, last), signature);
    }

    byte[] signedBytes() {
        return signed.getBytes(StandardCharsets.US_ASCII);
    }

    private static String json(String part) throws TokenRefused {
        Optional<byte[]> bytes = StrictBase64Url.decode(part);
        return bytes.flatMap(read -> Utf8.strict(ByteString.fromArrayUnsafe(read)))
                .orElseThrow(() -> new TokenRefused(Refusal.NOT_A_TOKEN));
    }

    @Override
    public String toString() {
        return "SignedToken[***]";
    }
}
