package dev.reveille.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.TestCertificates.Key;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PemTest {

    private static final TestCertificates AUTHORITY = TestCertificates.authority();

    @TempDir
    private Path directory;

    @Test
    void aChainIsReadInItsOrder() throws Exception {
        TestCertificate certificate = AUTHORITY.issue(Key.EC, "a.example.com");

        assertThat(Pem.certificates(file("chain", "some words first\n" + certificate.chainPem())))
                .containsExactlyElementsOf(certificate.chain());
    }

    @Test
    void anRsaKeyIsTheSameInBothItsForms() throws Exception {
        TestCertificate certificate = AUTHORITY.issue(Key.RSA, "a.example.com");

        assertThat(Pem.privateKey(file("pkcs8", certificate.pkcs8Pem()))).isEqualTo(certificate.key());
        assertThat(Pem.privateKey(file("pkcs1", certificate.pkcs1Pem()))).isEqualTo(certificate.key());
    }

    @ParameterizedTest
    @EnumSource(names = {"EC", "EC_P384"})
    void anEcKeyIsTheSameInBothItsForms(Key kind) throws Exception {
        TestCertificate certificate = AUTHORITY.issue(kind, "a.example.com");

        assertThat(secret(Pem.privateKey(file("pkcs8", certificate.pkcs8Pem()))))
                .isEqualTo(secret(certificate.key()));
        assertThat(secret(Pem.privateKey(file("sec1", certificate.sec1Pem())))).isEqualTo(secret(certificate.key()));
    }

    @Test
    void aKeyThatTlsCannotServeIsRefused() throws Exception {
        TestCertificate certificate = AUTHORITY.issue(Key.ED25519, "a.example.com");

        assertThatThrownBy(() -> Pem.privateKey(file("key", certificate.pkcs8Pem())))
                .isInstanceOf(CertificateProblem.class)
                .hasMessageContaining("neither RSA nor EC");
    }

    @Test
    void theCurveInFrontOfAKeyIsSteppedOver() throws Exception {
        TestCertificate certificate = AUTHORITY.issue(Key.EC, "a.example.com");
        String curve = TestCertificate.pem("EC PARAMETERS", new byte[] {6, 8, 42, -122, 72, -50, 61, 3, 1, 7});

        assertThat(secret(Pem.privateKey(file("key", curve + certificate.sec1Pem()))))
                .isEqualTo(secret(certificate.key()));
    }

    @Test
    void anEncryptedKeyIsRefusedWithAdvice() throws Exception {
        TestCertificate certificate = AUTHORITY.issue(Key.EC, "a.example.com");

        assertThatThrownBy(() -> Pem.privateKey(file("key", certificate.encryptedPkcs8Pem("secret"))))
                .isInstanceOf(CertificateProblem.class)
                .hasMessageContaining("encrypted")
                .hasMessageContaining("openssl pkey");
    }

    @Test
    void aKeyEncryptedTheOldWayIsRefusedWithAdvice() {
        String key = """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF

                AAAA
                -----END RSA PRIVATE KEY-----
                """;

        assertThatThrownBy(() -> Pem.privateKey(file("key", key)))
                .isInstanceOf(CertificateProblem.class)
                .hasMessageContaining("encrypted");
    }

    @Test
    void aDamagedKeyIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> Pem.privateKey(file("key", TestCertificate.pem("EC PRIVATE KEY", new byte[] {48, 1}))))
                .isInstanceOf(CertificateProblem.class)
                .hasMessageContaining("damaged")
                .hasMessageNotContaining("MAE=");
    }

    @Test
    void aKeyThatSaysItIsLongerThanItIsIsRefused() {
        byte[] key = {48, (byte) 0x84, 0x7F, -1, -1, -1, 2, 1, 1};

        assertThatThrownBy(() -> Pem.privateKey(file("key", TestCertificate.pem("EC PRIVATE KEY", key))))
                .isInstanceOf(CertificateProblem.class);
    }

    @Test
    void aFileThatIsNotPemIsRefusedByName() {
        assertThatThrownBy(() -> Pem.certificates(file("chain", "hello")))
                .isInstanceOf(CertificateProblem.class)
                .hasMessageContaining("chain")
                .hasMessageContaining("no PEM certificate");
    }

    private static BigInteger secret(PrivateKey key) {
        return ((ECPrivateKey) key).getS();
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }
}
