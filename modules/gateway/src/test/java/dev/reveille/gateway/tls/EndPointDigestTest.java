package dev.reveille.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.TestCertificates.Key;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndPointDigestTest {

    @ParameterizedTest(name = "a certificate signed with {1} is bound by {2}")
    @CsvSource({
        "RSA, MD5withRSA, SHA-256",
        "RSA, SHA1withRSA, SHA-256",
        "RSA, SHA256withRSA, SHA-256",
        "RSA, SHA384withRSA, SHA-384",
        "RSA, SHA512withRSA, SHA-512",
        "RSA, SHA384withRSAandMGF1, SHA-384",
        "EC, SHA1withECDSA, SHA-256",
        "EC, SHA224withECDSA, SHA-224",
        "EC, SHA256withECDSA, SHA-256",
        "EC, SHA384withECDSA, SHA-384",
        "EC, SHA512withECDSA, SHA-512"
    })
    void theHashOfTheSignatureBindsTheCertificate(Key key, String signature, String hash) throws Exception {
        X509Certificate certificate =
                TestCertificates.selfSigned(key, signature, "a.example.com").leaf();

        assertThat(EndPointDigest.of(certificate))
                .contains(ByteString.fromArray(MessageDigest.getInstance(hash).digest(certificate.getEncoded())));
    }

    @Test
    void aSignatureWithoutAHashOfItsOwnBindsNothing() {
        X509Certificate certificate = TestCertificates.selfSigned(Key.ED25519, "Ed25519", "a.example.com")
                .leaf();

        assertThat(EndPointDigest.of(certificate)).isEmpty();
    }
}
