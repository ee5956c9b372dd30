package dev.reveille.gateway.front;

import dev.reveille.gateway.tls.CertificateSettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;

/**
 * The first words on the port for PostgreSQL: answers the questions about encryption (spec 01 §4) and sees off what was
 * never PostgreSQL.
 *
 * <pre>
 *   asking ──SSLRequest 'S', TLS record──▶ ClientHello expected
 *     │  ▲
 *     │  └─ GSSENCRequest 'N', SSLRequest 'N'
 *     └── other ──▶ plain text
 * </pre>
 *
 * Bytes behind an SSLRequest that was granted reach the TLS engine and nobody else (CVE-2021-23214).
 */
final class Negotiation extends FirstWords {

    private static final byte[] GRANTED = {'S'};
    private static final byte[] DECLINED = {'N'};

    private static final String HTTP_TEXT = "This port speaks PostgreSQL, not HTTP.\r\n";
    private static final byte[] HTTP_ANSWER =
            """
            HTTP/1.1 400 Bad Request\r
            Connection: close\r
            Content-Type: text/plain\r
            Content-Length: %d\r
            \r
            %s""".formatted(HTTP_TEXT.length(), HTTP_TEXT).getBytes(StandardCharsets.US_ASCII);

    private boolean triedSsl;
    private boolean triedGss;
    private boolean granted;

    Negotiation(Arrival arrival) {
        super(arrival, CertificateSettings.POSTGRESQL);
    }

    @Override
    boolean ask(ChannelHandlerContext context, ByteBuf in) {
        return switch (FirstPacket.of(in)) {
            case INCOMPLETE -> false;
            case SSL_REQUEST -> {
                in.skipBytes(FirstPacket.LENGTH);
                ssl(context);
                yield true;
            }
            case GSSENC_REQUEST -> {
                in.skipBytes(FirstPacket.LENGTH);
                if (triedGss) {
                    arrival().refuse("GSSENCRequest repeated");
                } else {
                    triedGss = true;
                    answer(context, DECLINED);
                }
                yield true;
            }
            case TLS_RECORD -> {
                if (triedSsl || arrival().settings().certificates().isEmpty()) {
                    arrival().refuse("TLS without having been granted it");
                }
                expectHello();
                yield true;
            }
            case MALFORMED_REQUEST -> {
                arrival().refuse("malformed SSLRequest or GSSENCRequest");
                yield false;
            }
            case HTTP -> {
                answer(context, HTTP_ANSWER);
                arrival().refuse("HTTP on the PostgreSQL port");
                yield false;
            }
            case OTHER -> {
                acceptPlain();
                yield false;
            }
        };
    }

    /** Without ALPN, direct TLS could be another protocol's, tricked into coming here (PostgreSQL insists too). */
    @Override
    boolean welcomesTlsWithoutProtocol() {
        return granted;
    }

    private void ssl(ChannelHandlerContext context) {
        if (triedSsl) {
            arrival().refuse("SSLRequest repeated");
            return;
        }
        triedSsl = true;
        granted = arrival().settings().certificates().isPresent();
        answer(context, granted ? GRANTED : DECLINED);
        if (granted) {
            expectHello();
        }
    }
}
