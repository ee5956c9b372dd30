package dev.reveille.gateway.web;

import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.TLSProtocol.SendBytes;
import org.apache.pekko.stream.TLSProtocol.SessionBytes;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/** HTTP's server layer speaks to a TLS stage; here TLS is done already, so there is only paper to be taken off and put on. */
final class InTheClear {

    private InTheClear() {}

    static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> bytes() {
        SSLSession nobodys = session();
        return BidiFlow.fromFlows(
                Flow.<SslTlsOutbound>create().map(sent -> ((SendBytes) sent).bytes()),
                Flow.<ByteString>create().map(bytes -> new SessionBytes(nobodys, bytes)));
    }

    /** A session that nobody asks anything. */
    private static SSLSession session() {
        try {
            return SSLContext.getDefault().createSSLEngine().getSession();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("the JDK has no TLS", missing);
        }
    }
}
