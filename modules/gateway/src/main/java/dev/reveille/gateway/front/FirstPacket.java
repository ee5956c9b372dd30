package dev.reveille.gateway.front;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the first eight bytes of an untagged packet announce (PostgreSQL manual, 54.7; spec 01 §3). */
enum FirstPacket {
    /** Fewer bytes than it takes to tell. */
    INCOMPLETE,
    SSL_REQUEST,
    GSSENC_REQUEST,
    /** A request for encryption with anything behind its code. */
    MALFORMED_REQUEST,
    /** A TLS record: direct TLS. */
    TLS_RECORD,
    HTTP,
    /** A StartupMessage, a CancelRequest, or nonsense: the session will tell. */
    OTHER;

    static final int LENGTH = 8;

    private static final int SSL_REQUEST_CODE = 80_877_103;
    private static final int GSSENC_REQUEST_CODE = 80_877_104;
    private static final int TLS_HANDSHAKE_RECORD = 0x16;
    private static final List<String> HTTP_METHODS =
            List.of("GET ", "PUT ", "POST", "HEAD", "OPTI", "DELE", "PATC", "CONN", "TRAC", "PRI ");

    /** Looks at the readable bytes and consumes nothing. */
    static FirstPacket of(ByteBuf in) {
        int at = in.readerIndex();
        if (in.isReadable() && in.getUnsignedByte(at) == TLS_HANDSHAKE_RECORD) {
            return TLS_RECORD;
        }
        if (in.readableBytes() < LENGTH) {
            return INCOMPLETE;
        }
        // As a length, the first four letters of an HTTP request are beyond any packet's limit.
        if (HTTP_METHODS.contains(in.toString(at, Integer.BYTES, StandardCharsets.ISO_8859_1))) {
            return HTTP;
        }
        return switch (in.getInt(at + Integer.BYTES)) {
            case SSL_REQUEST_CODE -> in.getInt(at) == LENGTH ? SSL_REQUEST : MALFORMED_REQUEST;
            case GSSENC_REQUEST_CODE -> in.getInt(at) == LENGTH ? GSSENC_REQUEST : MALFORMED_REQUEST;
            default -> OTHER;
        };
    }
}
