package dev.reveille.gateway.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates being served, kept fresh.
 *
 * <p>{@link #serve} and {@link #current} are for loops: they never wait and never touch a file. {@link #open},
 * {@link #reload} and the watch read files on the caller's thread or executor. A reload swaps the whole snapshot for new
 * handshakes only; if anything in the directory is wrong the old snapshot stays and one error is logged.
 */
public final class CertificateStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateStore.class);

    private final CertificateDirectory directory;
    private final CertificateSettings settings;
    private final ServerContexts contexts;
    private final String openedWith;
    private volatile Certificates current;
    private boolean closed;

    /** A handler for one connection, and the certificate it serves. */
    public record Serving(SslHandler handler, ServedCertificate certificate) {}

    private CertificateStore(CertificateSettings settings) throws CertificateProblem {
        this.directory = new CertificateDirectory(settings.directory());
        this.settings = settings;
        this.contexts = new ServerContexts(settings.provider(), settings.applicationProtocols());
        this.openedWith = directory.fingerprint(); // Taken first: a change while loading is then seen by the watch.
        this.current = load();
    }

    /** Reads the directory for the first time; blocks. Fails where it holds no certificate or a bad one. */
    public static CertificateStore open(CertificateSettings settings) throws CertificateProblem {
        return new CertificateStore(settings);
    }

    /** The certificates that new handshakes get. */
    public Certificates current() {
        return current;
    }

    /**
     * Whether a client's ALPN offer leads to {@code protocol}, and to no other one that is spoken here: all doors share
     * the engines, so a client that offers the protocols of two doors could not be told which it gets.
     */
    public boolean speaks(ClientHello hello, String protocol) {
        return hello.applicationProtocols().contains(protocol)
                && hello.applicationProtocols().stream()
                        .allMatch(offered -> offered.equals(protocol)
                                || !settings.applicationProtocols().contains(offered));
    }

    /**
     * Chooses a certificate and makes the handler that serves it. The handler's engine keeps what it needs alive on its
     * own, so a later reload does not touch it; it must be put into a pipeline, which will release it.
     */
    public Serving serve(ClientHello hello, ByteBufAllocator allocator) {
        while (true) {
            Certificates snapshot = current;
            ServedCertificate certificate = snapshot.choose(hello);
            try {
                ReferenceCountUtil.retain(certificate.context());
            } catch (IllegalReferenceCountException released) {
                if (snapshot == current) {
                    throw released; // The store is closed.
                }
                continue; // A reload came between the look and the hold.
            }
            try {
                return new Serving(certificate.context().newHandler(allocator), certificate);
            } finally {
                ReferenceCountUtil.release(certificate.context());
            }
        }
    }

    /**
     * Reads the directory again; blocks. Never throws for what is in it.
     *
     * @return whether the new certificates are being served
     */
    public synchronized boolean reload() {
        if (closed) {
            return false;
        }
        Certificates fresh;
        try {
            fresh = load();
        } catch (CertificateProblem problem) {
            LOG.atError()
                    .addKeyValue("directory", settings.directory())
                    .log("certificates not reloaded, the old ones stay in use: {}", problem.getMessage());
            return false;
        }
        Certificates old = current;
        current = fresh;
        old.release();
        LOG.atInfo()
                .addKeyValue("directory", settings.directory())
                .log("certificates reloaded: {} in use", fresh.all().size());
        return true;
    }

    /** Looks for changes at the set interval, on an executor whose threads may block, until the result is cancelled. */
    public ScheduledFuture<?> watch(ScheduledExecutorService mayBlock) {
        long every = settings.reloadEvery().toNanos();
        CertificateWatch watch = new CertificateWatch(openedWith, directory::fingerprint, () -> reload());
        return mayBlock.scheduleWithFixedDelay(watch::look, every, every, TimeUnit.NANOSECONDS);
    }

    /** Lets go of the contexts; connections keep theirs. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            current.release();
        }
    }

    private Certificates load() throws CertificateProblem {
        Certificates loaded = Certificates.prepare(directory.read(), contexts);
        Instant now = Instant.now();
        for (ServedCertificate certificate : loaded.all()) {
            boolean expired = certificate.notAfter().isBefore(now);
            if (expired || certificate.leaf().getNotBefore().toInstant().isAfter(now)) {
                LOG.atWarn()
                        .addKeyValue("certificate", certificate.label())
                        .log(expired ? "certificate has expired" : "certificate is not valid yet");
            }
        }
        return loaded;
    }
}
