package dev.reveille.node.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevCertificateTest {

    @TempDir
    private Path directory;

    private X509Certificate certificate;

    @BeforeEach
    void make() throws Exception {
        DevCertificate.ensure(directory);
        certificate = read(directory.resolve("localhost.crt"));
    }

    @Test
    void aCertificateIsForThisMachineUnderAllItsNamesAndEveryNameBelow() throws Exception {
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=localhost");
        assertThat(certificate.getSubjectAlternativeNames().stream()
                        .map(name -> name.get(0) + " " + name.get(1))
                        .toList())
                .containsExactlyInAnyOrder("2 localhost", "2 *.localhost", "7 127.0.0.1", "7 0:0:0:0:0:0:0:1");
    }

    @Test
    void aCertificateIsItsOwnAuthority() throws Exception {
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getIssuerX500Principal()).isEqualTo(certificate.getSubjectX500Principal());
        assertThat(certificate.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
        assertThat(certificate.getCriticalExtensionOIDs()).containsExactly("2.5.29.19");
        assertThat(certificate.getVersion()).isEqualTo(3);
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(certificate.getSerialNumber()).isPositive();
    }

    @Test
    void aCertificateHoldsForTenYearsAndWasGoodYesterdayForClocksThatAreBehind() throws Exception {
        Instant now = Instant.now();
        certificate.checkValidity(Date.from(now.minus(Duration.ofHours(23))));
        certificate.checkValidity(Date.from(now.plus(Duration.ofDays(3_649))));
        assertThat(certificate.getNotAfter()).isBefore(Date.from(now.plus(Duration.ofDays(3_651))));
    }

    @Test
    void theKeyFitsTheCertificateAndIsForItsOwnerAlone() throws Exception {
        Path file = directory.resolve("localhost.key");
        String text = Files.readString(file).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));

        Signature signing = Signature.getInstance("SHA256withECDSA");
        signing.initSign(key);
        signing.update((byte) 1);
        Signature checking = Signature.getInstance("SHA256withECDSA");
        checking.initVerify(certificate);
        checking.update((byte) 1);
        assertThat(checking.verify(signing.sign())).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsThereIsKept() throws Exception {
        DevCertificate.ensure(directory);

        assertThat(read(directory.resolve("localhost.crt"))).isEqualTo(certificate);
    }

    @Test
    void lengthsAreWrittenInAsFewBytesAsTheyTake() {
        HexFormat hex = HexFormat.of();
        assertThat(hex.formatHex(Der.octets(new byte[127]))).startsWith("047f00");
        assertThat(hex.formatHex(Der.octets(new byte[128]))).startsWith("04818000");
        assertThat(hex.formatHex(Der.octets(new byte[256]))).startsWith("0482010000");
        assertThat(hex.formatHex(Der.integer(BigInteger.valueOf(128)))).isEqualTo("02020080");
    }

    private static X509Certificate read(Path file) throws Exception {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
