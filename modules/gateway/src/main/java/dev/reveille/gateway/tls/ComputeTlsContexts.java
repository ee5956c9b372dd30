package dev.reveille.gateway.tls;

import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The client side of TLS, towards computes, in libpq's modes (PostgreSQL manual, 34.19): {@code prefer} and
 * {@code require} encrypt and check nothing, {@code verify-full} checks the chain and the name. Whether to ask the
 * compute for TLS at all, and what to do when it declines, is the dialler's decision.
 *
 * <p>Making one reads files; {@link #newHandler} is for loops.
 */
public final class ComputeTlsContexts implements AutoCloseable {

    private final SslContext unverified;
    private final SslContext verified;

    private ComputeTlsContexts(SslContext unverified, SslContext verified) {
        this.unverified = unverified;
        this.verified = verified;
    }

    /**
     * Blocks.
     *
     * @param authorities a PEM file of certificate authorities to trust besides those of the system
     */
    public static ComputeTlsContexts create(TlsProvider provider, Optional<Path> authorities)
            throws CertificateProblem {
        try {
            return new ComputeTlsContexts(
                    builder(provider)
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .endpointIdentificationAlgorithm(null)
                            .build(),
                    builder(provider)
                            .trustManager(trusted(authorities))
                            .endpointIdentificationAlgorithm("HTTPS")
                            .build());
        } catch (GeneralSecurityException | IOException unusable) {
            throw new CertificateProblem("TLS towards computes cannot be prepared", unusable);
        }
    }

    /**
     * A handler that asks for the server name of {@code tls}, or the address's host, and in {@code verify-full} accepts
     * only that name. It must be put into a pipeline, which will release it.
     *
     * @throws IllegalArgumentException for the mode without TLS
     */
    public SslHandler newHandler(ComputeTls tls, ComputeAddress address, ByteBufAllocator allocator) {
        SslContext context = switch (tls.mode()) {
            case DISABLE -> throw new IllegalArgumentException("no TLS in this mode");
            case PREFER, REQUIRE -> unverified;
            case VERIFY_FULL -> verified;
        };
        return context.newHandler(allocator, tls.serverName().orElse(address.host()), address.port());
    }

    /** Lets go of the contexts; connections keep theirs. */
    @Override
    public void close() {
        ReferenceCountUtil.release(unverified);
        ReferenceCountUtil.release(verified);
    }

    private static SslContextBuilder builder(TlsProvider provider) {
        return SslContextBuilder.forClient().sslProvider(provider.engine()).protocols(ServerContexts.VERSIONS);
    }

    private static TrustManagerFactory trusted(Optional<Path> authorities)
            throws GeneralSecurityException, IOException, CertificateProblem {
        TrustManagerFactory system = factory(Optional.empty());
        if (authorities.isEmpty()) {
            return system;
        }
        KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
        all.load(null, null);
        int count = 0;
        for (TrustManager manager : system.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                for (X509Certificate root : x509.getAcceptedIssuers()) {
                    all.setCertificateEntry("system-" + count++, root);
                }
            }
        }
        for (X509Certificate root : Pem.certificates(authorities.get())) {
            all.setCertificateEntry("own-" + count++, root);
        }
        return factory(Optional.of(all));
    }

    private static TrustManagerFactory factory(Optional<KeyStore> roots) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(roots.orElse(null)); // Null stands for the system's roots.
        return factory;
    }
}
