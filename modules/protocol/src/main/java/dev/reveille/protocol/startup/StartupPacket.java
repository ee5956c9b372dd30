package dev.reveille.protocol.startup;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.ProtocolViolation;
import org.apache.pekko.util.ByteString;

/**
 * What a client may say before messages have tags: a length (4 bytes, counting itself), a code (4 bytes) and a body
 * (PostgreSQL manual, "Message Formats"; spec 01 §3). Values only.
 */
public sealed interface StartupPacket permits StartupMessage, SslRequest, GssEncRequest, CancelRequest {

    /** Length and code. */
    int HEADER_LENGTH = 8;

    /** The largest body that is read by default; the same as PostgreSQL's own limit. */
    int BODY_LENGTH_MAX_DEFAULT = 10_000;

    /** The reason given where the first byte begins a TLS record instead of a packet; see {@link #looksLikeTls}. */
    String TLS_RECORD = "a TLS record where a start-up packet is due";

    /** The packet as it travels. */
    ByteString encode();

    /**
     * Cuts the first packet off {@code bytes}. What cannot become a packet is malformed as soon as the bytes show it; a
     * TLS record already with its first byte (reason {@link #TLS_RECORD}), because as a length it would be enormous.
     * The bytes behind an {@link SslRequest} are in {@code rest} and belong to the TLS engine, never to a decoder.
     */
    static Decoded<StartupPacket> next(ByteString bytes, int maxBodyLength) {
        if (looksLikeTls(bytes)) {
            return new Decoded.Malformed<>(TLS_RECORD);
        }
        int held = bytes.size();
        if (held < Integer.BYTES) {
            return new Decoded.Incomplete<>();
        }
        // Without sign, so that the reason below names the length that was sent.
        long bodyLength = Integer.toUnsignedLong(int32(bytes, 0)) - HEADER_LENGTH;
        if (bodyLength < 0 || bodyLength > maxBodyLength) {
            return new Decoded.Malformed<>(
                    "start-up packet with a body of %d bytes, limit is %d".formatted(bodyLength, maxBodyLength));
        }
        if (held < HEADER_LENGTH) {
            return new Decoded.Incomplete<>();
        }
        int length = (int) bodyLength;
        int code = int32(bytes, Integer.BYTES);
        if (!StartupCodes.allows(code, length)) {
            return new Decoded.Malformed<>("start-up packet with code %s and a body of %d bytes"
                    .formatted(ProtocolVersion.ofCode(code), length));
        }
        if (held - HEADER_LENGTH < length) {
            return new Decoded.Incomplete<>();
        }
        int end = HEADER_LENGTH + length;
        try {
            StartupPacket packet = StartupCodes.decode(code, bytes.slice(HEADER_LENGTH, end));
            return new Decoded.Complete<>(packet, bytes.drop(end));
        } catch (ProtocolViolation violation) {
            return new Decoded.Malformed<>(violation.getMessage());
        }
    }

    /** Whether these first bytes of a connection begin a TLS handshake: direct TLS, without an SSLRequest before it. */
    static boolean looksLikeTls(ByteString bytes) {
        return bytes.nonEmpty() && bytes.apply(0) == StartupCodes.TLS_HANDSHAKE;
    }

    /** Whether these first bytes of a connection, at least four, begin an HTTP request. */
    static boolean looksLikeHttp(ByteString bytes) {
        return bytes.size() >= Integer.BYTES
                && StartupCodes.HTTP_BEGINNINGS.contains(
                        bytes.take(Integer.BYTES).utf8String());
    }

    private static int int32(ByteString bytes, int offset) {
        return (bytes.apply(offset) & 0xFF) << 24
                | (bytes.apply(offset + 1) & 0xFF) << 16
                | (bytes.apply(offset + 2) & 0xFF) << 8
                | (bytes.apply(offset + 3) & 0xFF);
    }
}
