package dev.reveille.protocol.startup;

import dev.reveille.protocol.BodyWriter;
import java.util.Set;
import org.apache.pekko.util.ByteString;

/** The codes that tell start-up packets apart, and the body lengths that each allows. */
final class StartupCodes {

    /** Stands where a major version would: the packet is a request, not a start-up message. */
    private static final int REQUEST = 1234;

    static final int CANCEL_REQUEST = REQUEST << 16 | 5678;
    static final int SSL_REQUEST = REQUEST << 16 | 5679;
    static final int GSS_ENC_REQUEST = REQUEST << 16 | 5680;

    /** The content type of a TLS record that carries handshake messages. */
    static final byte TLS_HANDSHAKE = 0x16;

    /** The first four bytes of requests in HTTP/1 and, with PRI, HTTP/2. */
    static final Set<String> HTTP_BEGINNINGS =
            Set.of("GET ", "HEAD", "POST", "PUT ", "PATC", "DELE", "OPTI", "CONN", "TRAC", "PRI ");

    private StartupCodes() {}

    static boolean allows(int code, int bodyLength) {
        return switch (code) {
            case CANCEL_REQUEST -> CancelRequest.allowsBodyOf(bodyLength);
            case SSL_REQUEST, GSS_ENC_REQUEST -> bodyLength == 0;
            default -> code >>> 16 != REQUEST;
        };
    }

    static StartupPacket decode(int code, ByteString body) {
        return switch (code) {
            case CANCEL_REQUEST -> CancelRequest.decode(body);
            case SSL_REQUEST -> new SslRequest();
            case GSS_ENC_REQUEST -> new GssEncRequest();
            default -> StartupMessage.decode(ProtocolVersion.ofCode(code), body);
        };
    }

    static ByteString encode(int code, ByteString body) {
        return new BodyWriter()
                .int32(StartupPacket.HEADER_LENGTH + body.size())
                .int32(code)
                .bytes(body)
                .body();
    }
}
