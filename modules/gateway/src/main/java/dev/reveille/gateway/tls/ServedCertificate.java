package dev.reveille.gateway.tls;

import io.netty.handler.ssl.SslContext;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.util.ByteString;

/**
 * One certificate, ready to be served.
 *
 * @param label the pair's name in the directory
 * @param leaf the server's own certificate
 * @param domains the names of <em>all</em> certificates of its snapshot, without a leading {@code *.}, in lower case;
 *     one set shared by all
 * @param endPointDigest the {@code tls-server-end-point} channel binding (RFC 5929), where it is defined
 * @param context makes engines that serve it; owned by the snapshot, see {@link CertificateStore#serve}
 */
public record ServedCertificate(
        String label,
        X509Certificate leaf,
        Set<String> domains,
        Optional<ByteString> endPointDigest,
        SslContext context) {

    /** {@code TLS 1.3} as a number on the wire. */
    private static final int TLS_1_3 = 0x0304;
    /** ecdsa_secp256r1_sha256, _secp384r1_sha384, _secp521r1_sha512: in TLS 1.3 a scheme names its curve. */
    private static final int ECDSA_P256 = 0x0403;

    private static final int ECDSA_P384 = 0x0503;
    private static final int ECDSA_P521 = 0x0603;
    /** In TLS 1.2 any of them does, the one with SHA-1 too. */
    private static final List<Integer> ECDSA = List.of(ECDSA_P256, ECDSA_P384, ECDSA_P521, 0x0203);
    /** The suites of TLS 1.2 that sign with ECDSA and are served here. */
    private static final List<Integer> ECDSA_SUITES = List.of(0xC02B, 0xC02C, 0xCCA9);

    /** When it expires. */
    public Instant notAfter() {
        return leaf.getNotAfter().toInstant();
    }

    /** Whether a client that said this will accept the certificate's kind of key; RSA is what every client knows. */
    boolean suits(ClientHello hello) {
        List<Integer> schemes = hello.signatureSchemes();
        boolean tls13 = hello.versions().contains(TLS_1_3);
        return switch (leaf.getPublicKey()) {
            case RSAPublicKey _ -> true;
            case ECPublicKey key
            when tls13 ->
                schemes.contains(
                        switch (key.getParams().getCurve().getField().getFieldSize()) {
                            case 256 -> ECDSA_P256;
                            case 384 -> ECDSA_P384;
                            default -> ECDSA_P521;
                        });
            case ECPublicKey _ ->
                schemes.stream().anyMatch(ECDSA::contains)
                        && hello.cipherSuites().stream().anyMatch(ECDSA_SUITES::contains);
            default -> false; // There are no others.
        };
    }

    /** The smaller, the sooner it is preferred among certificates for the same name: RSA is the fallback. */
    int rank() {
        return leaf.getPublicKey() instanceof RSAPublicKey ? 1 : 0;
    }
}
