package dev.reveille.protocol.startup;

import org.apache.pekko.util.ByteString;

/** SSLRequest: the client would like to go on inside TLS. Answered by the single byte {@code S} or {@code N}. */
public record SslRequest() implements StartupPacket {

    @Override
    public ByteString encode() {
        return StartupCodes.encode(StartupCodes.SSL_REQUEST, ByteString.emptyByteString());
    }
}
