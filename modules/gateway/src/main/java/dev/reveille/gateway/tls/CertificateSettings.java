package dev.reveille.gateway.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where certificates come from and how they are served.
 *
 * @param directory the certificate directory
 * @param provider the TLS engine
 * @param reloadEvery how often the directory is looked at for changes; a change is taken up at the second look that
 *     sees the same files, so that a half-written pair is left alone
 * @param applicationProtocols what the doors speak (ALPN)
 */
public record CertificateSettings(
        Path directory, TlsProvider provider, Duration reloadEvery, List<String> applicationProtocols) {

    /** The protocol's name on the PostgreSQL port (PostgreSQL manual, 54.2.11). */
    public static final String POSTGRESQL = "postgresql";

    /** The protocol's name on the web port (RFC 7301 §6). */
    public static final String HTTP = "http/1.1";

    public static final Duration RELOAD_EVERY = Duration.ofSeconds(5);

    public CertificateSettings {
        if (!reloadEvery.isPositive()) {
            throw new IllegalArgumentException("the reload interval must be positive");
        }
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /** For all ports for clients. */
    public static CertificateSettings doors(Path directory, TlsProvider provider, Duration reloadEvery) {
        return new CertificateSettings(directory, provider, reloadEvery, List.of(POSTGRESQL, HTTP));
    }

    /** For the PostgreSQL port. */
    public static CertificateSettings postgresql(Path directory, TlsProvider provider, Duration reloadEvery) {
        return new CertificateSettings(directory, provider, reloadEvery, List.of(POSTGRESQL));
    }

    /** For the PostgreSQL port, with the defaults. */
    public static CertificateSettings postgresql(Path directory) {
        return postgresql(directory, TlsProvider.AUTO, RELOAD_EVERY);
    }
}
