package dev.reveille.gateway.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * TLS among equals: each shows its certificate and believes those that certain authorities vouch for, and no others. On
 * the JDK's engine. Reads files, so never on a loop.
 */
public final class MutualTls {

    private static final char[] NO_PASSWORD = {};

    private MutualTls() {}

    /**
     * A context of its own, from PEM files.
     *
     * @param certificate one's own, and those of its issuers where others need them
     * @param key of the first certificate
     * @param authorities who vouches for the others
     */
    public static SSLContext context(Path certificate, Path key, Path authorities) throws CertificateProblem {
        CertificatePair own = CertificatePair.read(certificate.getFileName().toString(), certificate, key);
        List<X509Certificate> trusted = Pem.certificates(authorities);
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore ownStore = empty();
            ownStore.setKeyEntry("own", own.key(), NO_PASSWORD, own.chain().toArray(X509Certificate[]::new));
            keys.init(ownStore, NO_PASSWORD);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore trustStore = empty();
            for (int at = 0; at < trusted.size(); at++) {
                trustStore.setCertificateEntry("authority-" + at, trusted.get(at));
            }
            trust.init(trustStore);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException unusable) {
            throw new CertificateProblem(certificate + ": cannot be used for TLS: " + unusable.getMessage(), unusable);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
