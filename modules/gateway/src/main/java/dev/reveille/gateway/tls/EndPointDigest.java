package dev.reveille.gateway.tls;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The {@code tls-server-end-point} channel binding (RFC 5929 §4.1): the certificate's digest under the hash of its own
 * signature algorithm, with SHA-256 in place of MD5 and SHA-1. Undefined where the signature has no hash of its own,
 * as with Ed25519.
 */
public final class EndPointDigest {

    private EndPointDigest() {}

    public static Optional<ByteString> of(X509Certificate certificate) {
        try {
            Optional<String> hash = hash(certificate);
            return hash.isEmpty()
                    ? Optional.empty()
                    : Optional.of(ByteString.fromArray(
                            MessageDigest.getInstance(hash.get()).digest(certificate.getEncoded())));
        } catch (GeneralSecurityException | IOException _) {
            return Optional.empty(); // Then SCRAM-SHA-256-PLUS is not offered, which is always safe.
        }
    }

    private static Optional<String> hash(X509Certificate certificate) throws GeneralSecurityException, IOException {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        if (algorithm.equals("RSASSA-PSS")) {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
            parameters.init(certificate.getSigAlgParams());
            return hash(parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm());
        }
        int with = algorithm.indexOf("WITH");
        return with < 0 ? Optional.empty() : hash(algorithm.substring(0, with));
    }

    private static Optional<String> hash(String name) {
        return switch (name.replace("-", "")) {
            case "MD5", "SHA1", "SHA256" -> Optional.of("SHA-256");
            case "SHA224" -> Optional.of("SHA-224");
            case "SHA384" -> Optional.of("SHA-384");
            case "SHA512" -> Optional.of("SHA-512");
            default -> Optional.empty();
        };
    }
}
