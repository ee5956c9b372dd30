package dev.reveille.node.cluster;

import dev.reveille.gateway.tls.CertificateProblem;
import dev.reveille.gateway.tls.MutualTls;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/**
 * TLS between nodes, both sides shown and checked: whoever has a certificate of the cluster's own authorities is a node,
 * at whatever address. Any thread; {@link #look} reads files.
 */
public final class ClusterTls implements SSLEngineProvider {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterTls.class);

    private final Path directory;
    private volatile SSLContext context;

    private ClusterTls(Path directory, SSLContext context) {
        this.directory = directory;
        this.context = context;
    }

    /** Reads {@code node.crt}, {@code node.key} and {@code authorities.crt}. Blocks. */
    public static ClusterTls open(Path directory) throws CertificateProblem {
        return new ClusterTls(directory, read(directory));
    }

    /** Reads the files again; connections from now on use what they say. Where they cannot be used all stays. Blocks. */
    public void look() {
        try {
            context = read(directory);
        } catch (CertificateProblem problem) {
            LOG.warn("the cluster's certificates are not read again: {}", problem.getMessage());
        }
    }

    private static SSLContext read(Path directory) throws CertificateProblem {
        return MutualTls.context(
                directory.resolve("node.crt"), directory.resolve("node.key"), directory.resolve("authorities.crt"));
    }

    @Override
    public SSLEngine createServerSSLEngine(String hostname, int port) {
        SSLEngine engine = context.createSSLEngine(hostname, port);
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        return engine;
    }

    @Override
    public SSLEngine createClientSSLEngine(String hostname, int port) {
        SSLEngine engine = context.createSSLEngine(hostname, port);
        engine.setUseClientMode(true);
        return engine;
    }

    @Override
    public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
        return Option.empty();
    }

    @Override
    public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
        return Option.empty();
    }
}
