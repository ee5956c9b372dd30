package dev.reveille.gateway.front;

import dev.reveille.gateway.tls.CertificateSettings;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;

/**
 * The first words on the port for HTTP: the first byte tells TLS from plain text (spec 03 §1.1), and PostgreSQL, whose
 * packets begin with a length, from both.
 */
final class WebWords extends FirstWords {

    private static final int TLS_HANDSHAKE_RECORD = 0x16;

    private static final byte[] POSTGRES_ANSWER = new ErrorResponse(
                    ErrorFields.of("FATAL", "08P01", "this port speaks HTTP and WebSocket, not PostgreSQL"))
            .encode()
            .toArrayUnsafe();

    private static final String PLAIN_TEXT = "This port speaks HTTPS: use https:// or wss://.\r\n";
    private static final byte[] PLAIN_ANSWER =
            """
            HTTP/1.1 400 Bad Request\r
            Connection: close\r
            Content-Type: text/plain\r
            Content-Length: %d\r
            \r
            %s""".formatted(PLAIN_TEXT.length(), PLAIN_TEXT).getBytes(StandardCharsets.US_ASCII);

    private final boolean plain;

    /**
     * @param plain whether clear text is served
     */
    WebWords(Arrival arrival, boolean plain) {
        super(arrival, CertificateSettings.HTTP);
        this.plain = plain;
    }

    @Override
    boolean ask(ChannelHandlerContext context, ByteBuf in) {
        if (!in.isReadable()) {
            return false;
        }
        switch (in.getUnsignedByte(in.readerIndex())) {
            case TLS_HANDSHAKE_RECORD -> {
                if (arrival().settings().certificates().isEmpty()) {
                    arrival().refuse("TLS without certificates");
                } else {
                    expectHello();
                }
            }
            case 0 -> {
                answer(context, POSTGRES_ANSWER);
                arrival().refuse("PostgreSQL on the web port");
            }
            default -> {
                if (plain) {
                    acceptPlain();
                } else {
                    answer(context, PLAIN_ANSWER);
                    arrival().refuse("clear text on the web port");
                }
            }
        }
        return true;
    }

    @Override
    boolean welcomesTlsWithoutProtocol() {
        return true;
    }
}
