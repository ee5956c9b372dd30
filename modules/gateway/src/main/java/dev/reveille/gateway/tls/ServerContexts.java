package dev.reveille.gateway.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * The server side's TLS policy: versions 1.2 and 1.3, suites with forward secrecy and authenticated encryption only,
 * no client certificates, no second handshake, and the application protocols of the door (ALPN).
 */
record ServerContexts(TlsProvider provider, List<String> applicationProtocols) {

    static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /**
     * For the JDK's engine, which reads it before its first handshake as a server: without it a client of TLS 1.2 may have
     * handshakes one after another, each as dear as the first (CVE-2011-1473). BoringSSL never allows that.
     */
    static final String NO_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    static {
        System.setProperty(NO_RENEGOTIATION, "true");
    }

    /** PostgreSQL's drivers hardly ever resume a session, so remembering few bounds memory and costs nothing. */
    private static final long SESSIONS_REMEMBERED = 1_024;

    SslContext create(CertificatePair pair) throws CertificateProblem {
        try {
            return SslContextBuilder.forServer(pair.key(), pair.chain().toArray(X509Certificate[]::new))
                    .sslProvider(provider.engine())
                    .protocols(VERSIONS)
                    .ciphers(CIPHER_SUITES)
                    .sessionCacheSize(SESSIONS_REMEMBERED)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            // The only behaviours BoringSSL has; offers without overlap are refused by the front door.
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            applicationProtocols))
                    .build();
        } catch (SSLException | IllegalArgumentException unusable) {
            throw new CertificateProblem(pair.label() + ": the TLS engine does not accept the certificate", unusable);
        }
    }
}
