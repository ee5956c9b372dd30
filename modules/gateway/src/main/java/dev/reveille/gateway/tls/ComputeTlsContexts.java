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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The client side of TLS, towards computes, in libpq's modes (PostgreSQL manual, 34.19): {@code prefer} and
 * {@code require} encrypt and check nothing, {@code verify-full} checks the chain and the name. Whether to ask the
 * compute for TLS at all, and what to do when it declines, is the dialler's decision.
 *
 * <p>The authorities of the system are many, and reading them takes as long as all the rest of the doors: that is done when
 * a compute is verified for the first time. Making one reads files; {@link #newHandler} is for loops, after {@link
 * #prepared}.
 */
public final class ComputeTlsContexts implements AutoCloseable {

    private static final Executor READER =
            task -> Thread.ofVirtual().name("reveille-authorities").start(task);

    private final TlsProvider provider;
    private final List<X509Certificate> own;
    private final SslContext unverified;
    private Optional<CompletableFuture<SslContext>> verified = Optional.empty();

    private ComputeTlsContexts(TlsProvider provider, List<X509Certificate> own, SslContext unverified) {
        this.provider = provider;
        this.own = own;
        this.unverified = unverified;
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
                    provider,
                    authorities.isPresent() ? List.copyOf(Pem.certificates(authorities.get())) : List.of(),
                    builder(provider)
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .endpointIdentificationAlgorithm(null)
                            .build());
        } catch (IOException unusable) {
            throw new CertificateProblem("TLS towards computes cannot be prepared", unusable);
        }
    }

    /**
     * Completes when {@link #newHandler} may be called for {@code mode}: at once, but for the first that verifies. Fails
     * where the system's authorities cannot be used. Any thread; completes on any.
     */
    public CompletableFuture<Void> prepared(ComputeTls.Mode mode) {
        return mode == ComputeTls.Mode.VERIFY_FULL
                ? verified().thenAccept(_ -> {})
                : CompletableFuture.completedFuture(null);
    }

    /**
     * A handler that asks for the server name of {@code tls}, or the address's host, and in {@code verify-full} accepts
     * only that name. It must be put into a pipeline, which will release it. Waits where the mode is not prepared.
     *
     * @throws IllegalArgumentException for the mode without TLS
     */
    public SslHandler newHandler(ComputeTls tls, ComputeAddress address, ByteBufAllocator allocator) {
        SslContext context = switch (tls.mode()) {
            case DISABLE -> throw new IllegalArgumentException("no TLS in this mode");
            case PREFER, REQUIRE -> unverified;
            case VERIFY_FULL -> verified().join();
        };
        return context.newHandler(allocator, tls.serverName().orElse(address.host()), address.port());
    }

    /** Lets go of the contexts; connections keep theirs. */
    @Override
    public synchronized void close() {
        ReferenceCountUtil.release(unverified);
        verified.ifPresent(reading -> reading.thenAccept(ReferenceCountUtil::release));
    }

    /** A failure is not kept: the next who asks tries again. */
    private synchronized CompletableFuture<SslContext> verified() {
        if (verified.isEmpty() || verified.get().isCompletedExceptionally()) {
            verified = Optional.of(CompletableFuture.supplyAsync(this::readAuthorities, READER));
        }
        return verified.get();
    }

    private SslContext readAuthorities() {
        try {
            return builder(provider)
                    .trustManager(trusted())
                    .endpointIdentificationAlgorithm("HTTPS")
                    .build();
        } catch (GeneralSecurityException | IOException unusable) {
            throw new CompletionException("the system's certificate authorities cannot be used", unusable);
        }
    }

    private static SslContextBuilder builder(TlsProvider provider) {
        return SslContextBuilder.forClient().sslProvider(provider.engine()).protocols(ServerContexts.VERSIONS);
    }

    private TrustManagerFactory trusted() throws GeneralSecurityException, IOException {
        TrustManagerFactory system = factory(Optional.empty());
        if (own.isEmpty()) {
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
        for (X509Certificate root : own) {
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
