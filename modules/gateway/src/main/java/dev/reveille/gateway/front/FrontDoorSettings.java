package dev.reveille.gateway.front;

import dev.reveille.gateway.tls.CertificateStore;
import java.time.Duration;
import java.util.Optional;

/**
 * How clients are received.
 *
 * @param certificates what TLS is served with; where absent, requests for TLS are declined
 * @param tlsRequired handed on to the session, which refuses logins in clear text (cancel requests need no TLS)
 * @param proxyProtocol whether load balancers introduce the clients
 * @param loginTimeout how long a client may take from being accepted to being logged in; this phase ends with it too
 */
public record FrontDoorSettings(
        Optional<CertificateStore> certificates,
        boolean tlsRequired,
        ProxyProtocol proxyProtocol,
        Duration loginTimeout) {

    public static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(15);

    public FrontDoorSettings {
        if (!loginTimeout.isPositive()) {
            throw new IllegalArgumentException("the login timeout must be positive");
        }
        if (tlsRequired && certificates.isEmpty()) {
            throw new IllegalArgumentException("TLS is required, but there are no certificates");
        }
    }

    /** Clear text only. */
    public static FrontDoorSettings withoutTls() {
        return new FrontDoorSettings(Optional.empty(), false, new ProxyProtocol.Off(), LOGIN_TIMEOUT);
    }
}
