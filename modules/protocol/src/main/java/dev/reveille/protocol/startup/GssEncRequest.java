package dev.reveille.protocol.startup;

import org.apache.pekko.util.ByteString;

/** GSSENCRequest: the client would like GSSAPI encryption. Answered by the single byte {@code N}. */
public record GssEncRequest() implements StartupPacket {

    @Override
    public ByteString encode() {
        return StartupCodes.encode(StartupCodes.GSS_ENC_REQUEST, ByteString.emptyByteString());
    }
}
