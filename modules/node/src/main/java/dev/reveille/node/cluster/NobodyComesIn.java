package dev.reveille.node.cluster;

import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import scala.Option;

/**
 * The door of a node that is alone. Pekko's remoting always listens, if only on a free port of the loopback address, and
 * would let in whoever speaks its protocol. Here it speaks TLS without having a certificate, so that no handshake can
 * succeed and not a byte of a stranger reaches remoting. Nothing is made before somebody knocks, so it costs a start
 * nothing. Any thread.
 */
final class NobodyComesIn implements SSLEngineProvider {

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        SSLEngine engine = engine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        SSLEngine engine = engine();
        engine.setUseClientMode(true);
        return engine;
    }

    private static SSLEngine engine() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            // No key to show, and nobody to believe.
            context.init(new KeyManager[0], new TrustManager[0], null);
            return context.createSSLEngine();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK speaks TLS", impossible);
        }
    }

    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return Option.apply(new IllegalStateException("this node is alone"));
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return Option.apply(new IllegalStateException("this node is alone"));
    }
}
