package dev.reveille.gateway.tls;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;

/** Which engine does the arithmetic of TLS: the {@code tls.provider} setting. */
public enum TlsProvider {
    /** BoringSSL where its native library loads, otherwise the JDK. */
    AUTO,
    /** BoringSSL, or no start at all. */
    OPENSSL,
    /** The JDK's own engine. */
    JDK;

    /**
     * Netty's name for the engine. The reference-counted flavour of BoringSSL is taken because each of its engines
     * keeps its context alive, so that a context can be let go while connections still use it.
     *
     * @throws IllegalStateException where BoringSSL is demanded and does not load
     */
    SslProvider engine() {
        return switch (this) {
            case AUTO -> OpenSsl.isAvailable() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
            case JDK -> SslProvider.JDK;
            case OPENSSL -> {
                if (!OpenSsl.isAvailable()) {
                    throw new IllegalStateException(
                            "tls.provider is openssl, but its native library does not load here",
                            OpenSsl.unavailabilityCause());
                }
                yield SslProvider.OPENSSL_REFCNT;
            }
        };
    }
}
