package dev.reveille.gateway.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/** The proof that a server understood a request for a WebSocket (RFC 6455 §4.2). Any thread. */
public final class Handshake {

    /** The only version there is. */
    public static final String VERSION = "13";

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_LENGTH = 16;

    private Handshake() {}

    /** The {@code Sec-WebSocket-Accept} for this {@code Sec-WebSocket-Key}; nothing where it is no key. */
    public static Optional<String> accept(String key) {
        try {
            if (Base64.getDecoder().decode(key).length != KEY_LENGTH) {
                return Optional.empty();
            }
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // What the RFC asks for; no secret hangs on it.
            byte[] proof = sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Optional.of(Base64.getEncoder().encodeToString(proof));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-1", missing);
        }
    }
}
