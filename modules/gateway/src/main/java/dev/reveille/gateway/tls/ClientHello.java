package dev.reveille.gateway.tls;

import io.netty.buffer.ByteBuf;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a client's first TLS message asks for (RFC 8446 §4.1.2), as far as the choice of a certificate needs it. Read
 * from the bytes before the TLS engine sees them; the engine reads them again and judges them properly.
 *
 * @param serverName the host name asked for, if it is one
 * @param cipherSuites the suites offered, by number
 * @param signatureSchemes the signatures the client can check, by number; empty where it does not say
 * @param versions the versions of {@code supported_versions}; empty for clients that end at TLS 1.2
 * @param applicationProtocols the protocols offered by ALPN (RFC 7301); empty where there is no ALPN
 */
public record ClientHello(
        Optional<ServerName> serverName,
        List<Integer> cipherSuites,
        List<Integer> signatureSchemes,
        List<Integer> versions,
        List<String> applicationProtocols) {

    /** Handshake bytes; BoringSSL's own limit for this message. */
    public static final int LENGTH_MAX = 16_384;
    /** Raw bytes: the message in records, with room for senders who cut it into small ones. */
    public static final int RECORDS_LENGTH_MAX = LENGTH_MAX + 2_048;

    private static final int CONTENT_HANDSHAKE = 22;
    private static final int RECORD_HEADER_LENGTH = 5;
    private static final int RECORD_LENGTH_MAX = 16_384;
    private static final int CLIENT_HELLO = 1;
    private static final int MESSAGE_HEADER_LENGTH = 4;
    private static final int RANDOM_LENGTH = 32;

    private static final int EXTENSION_SERVER_NAME = 0;
    private static final int EXTENSION_SIGNATURE_ALGORITHMS = 13;
    private static final int EXTENSION_ALPN = 16;
    private static final int EXTENSION_SUPPORTED_VERSIONS = 43;
    private static final int HOST_NAME = 0;

    /** What the bytes so far are. */
    public sealed interface Peeked {

        /** All of the message is there. */
        record Whole(ClientHello hello) implements Peeked {}

        /** So far so good; more bytes are needed. */
        record Partial() implements Peeked {}

        /** Not a ClientHello, whatever may follow. */
        record Foreign(String reason) implements Peeked {}
    }

    public ClientHello {
        cipherSuites = List.copyOf(cipherSuites);
        signatureSchemes = List.copyOf(signatureSchemes);
        versions = List.copyOf(versions);
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /** Looks at the readable bytes of {@code in} and consumes nothing. */
    public static Peeked peek(ByteBuf in) {
        byte[] message = new byte[0];
        int at = in.readerIndex();
        int needed = MESSAGE_HEADER_LENGTH;
        while (message.length < needed) {
            int left = in.writerIndex() - at;
            if (left > 0 && in.getUnsignedByte(at) != CONTENT_HANDSHAKE
                    || left > 1 && in.getUnsignedByte(at + 1) != 3) { // Major version of TLS, from 1.0 to 1.3.
                return new Peeked.Foreign("not a TLS record");
            }
            if (left < RECORD_HEADER_LENGTH) {
                return partial(in);
            }
            int length = in.getUnsignedShort(at + 3);
            if (length == 0 || length > RECORD_LENGTH_MAX) {
                return new Peeked.Foreign("TLS record of %d bytes".formatted(length));
            }
            int present = Math.min(length, left - RECORD_HEADER_LENGTH);
            byte[] joined = new byte[message.length + present];
            System.arraycopy(message, 0, joined, 0, message.length);
            in.getBytes(at + RECORD_HEADER_LENGTH, joined, message.length, present);
            message = joined;
            if (message.length > 0 && message[0] != CLIENT_HELLO) {
                return new Peeked.Foreign("TLS handshake does not begin with a ClientHello");
            }
            if (message.length >= MESSAGE_HEADER_LENGTH) {
                needed = MESSAGE_HEADER_LENGTH + (ByteBuffer.wrap(message).getInt() & 0xFF_FFFF);
                if (needed > LENGTH_MAX) {
                    return new Peeked.Foreign("ClientHello of %d bytes".formatted(needed));
                }
            }
            if (present < length && message.length < needed) {
                return partial(in);
            }
            at += RECORD_HEADER_LENGTH + length;
        }
        try {
            return new Peeked.Whole(read(ByteBuffer.wrap(message, MESSAGE_HEADER_LENGTH, needed - MESSAGE_HEADER_LENGTH)
                    .slice()));
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            return new Peeked.Foreign("malformed ClientHello");
        }
    }

    private static Peeked partial(ByteBuf in) {
        return in.readableBytes() > RECORDS_LENGTH_MAX
                ? new Peeked.Foreign("ClientHello in more than %d bytes".formatted(RECORDS_LENGTH_MAX))
                : new Peeked.Partial();
    }

    private static ClientHello read(ByteBuffer message) {
        skip(message, Short.BYTES + RANDOM_LENGTH);
        vector(message, Byte.BYTES); // The session id.
        List<Integer> cipherSuites = numbers(vector(message, Short.BYTES));
        vector(message, Byte.BYTES); // Compression methods.
        Optional<ServerName> serverName = Optional.empty();
        List<Integer> signatureSchemes = List.of();
        List<Integer> versions = List.of();
        List<String> applicationProtocols = List.of();
        ByteBuffer extensions = message.hasRemaining() ? vector(message, Short.BYTES) : message;
        while (extensions.hasRemaining()) {
            int type = Short.toUnsignedInt(extensions.getShort());
            ByteBuffer extension = vector(extensions, Short.BYTES);
            switch (type) {
                case EXTENSION_SERVER_NAME -> serverName = hostName(vector(extension, Short.BYTES));
                case EXTENSION_SIGNATURE_ALGORITHMS -> signatureSchemes = numbers(vector(extension, Short.BYTES));
                case EXTENSION_SUPPORTED_VERSIONS -> versions = numbers(vector(extension, Byte.BYTES));
                case EXTENSION_ALPN -> applicationProtocols = protocols(vector(extension, Short.BYTES));
                default -> {
                    // Of no interest to the choice.
                }
            }
        }
        return new ClientHello(serverName, cipherSuites, signatureSchemes, versions, applicationProtocols);
    }

    private static Optional<ServerName> hostName(ByteBuffer names) {
        while (names.hasRemaining()) {
            int type = names.get();
            String name = text(vector(names, Short.BYTES));
            if (type == HOST_NAME) {
                return ServerName.parse(name);
            }
        }
        return Optional.empty();
    }

    private static List<String> protocols(ByteBuffer names) {
        List<String> protocols = new ArrayList<>();
        while (names.hasRemaining()) {
            protocols.add(text(vector(names, Byte.BYTES)));
        }
        return protocols;
    }

    private static List<Integer> numbers(ByteBuffer vector) {
        List<Integer> numbers = new ArrayList<>(vector.remaining() / Short.BYTES);
        while (vector.hasRemaining()) {
            numbers.add(Short.toUnsignedInt(vector.getShort()));
        }
        return numbers;
    }

    /** The content of a vector whose length stands before it in {@code lengthBytes} bytes. */
    private static ByteBuffer vector(ByteBuffer from, int lengthBytes) {
        int length = lengthBytes == Byte.BYTES ? Byte.toUnsignedInt(from.get()) : Short.toUnsignedInt(from.getShort());
        ByteBuffer content = from.slice();
        content.limit(length); // Refuses what is longer than the rest.
        skip(from, length);
        return content;
    }

    private static void skip(ByteBuffer from, int length) {
        from.position(from.position() + length); // Refuses what is longer than the rest.
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes).toString();
    }
}
