package dev.reveille.gateway.web;

import dev.reveille.gateway.loops.SocketFlow;
import dev.reveille.session.relay.Link;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.TLSProtocol.SendBytes;
import org.apache.pekko.stream.TLSProtocol.SessionBytes;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.Flow;

/** HTTP's server layer speaks to a TLS stage; here TLS is done already, so there is only paper to be taken off and put on. */
final class InTheClear {

    private final SSLSession nobodys = session();

    /** The stream of a link as the server layer wants it; may be materialised once. On the link's loop. */
    Flow<SslTlsOutbound, SslTlsInbound, NotUsed> of(Link link) {
        return SocketFlow.of(link, sent -> ((SendBytes) sent).bytes(), bytes -> new SessionBytes(nobodys, bytes));
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
