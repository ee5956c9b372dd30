package dev.reveille.gateway.front;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The private link a client came through, as its cloud's load balancer writes it into the PROXY header (spec 01 §16):
 * AWS as text, Azure as a little-endian number that is shown in decimal. The last one counts; a value too short to hold
 * an id is none.
 */
final class PrivateLink {

    private static final byte AWS = (byte) 0xEA;
    private static final byte AWS_ENDPOINT_ID = 1;
    private static final byte AZURE = (byte) 0xEE;
    private static final byte AZURE_LINK_ID = 1;

    private PrivateLink() {}

    static Optional<String> id(List<HAProxyTLV> values) {
        Optional<String> id = Optional.empty();
        for (HAProxyTLV value : values) {
            ByteBuf content = value.content();
            int start = content.readerIndex();
            int length = content.readableBytes();
            if (value.typeByteValue() == AWS && length > 1 && content.getByte(start) == AWS_ENDPOINT_ID) {
                id = Optional.of(content.toString(start + 1, length - 1, StandardCharsets.UTF_8));
            } else if (value.typeByteValue() == AZURE
                    && length > Integer.BYTES
                    && content.getByte(start) == AZURE_LINK_ID) {
                id = Optional.of(Long.toString(content.getUnsignedIntLE(start + 1)));
            }
        }
        return id;
    }
}
