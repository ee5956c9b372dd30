package dev.reveille.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.TestCertificates.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateDirectoryTest {

    private static final TestCertificate CERTIFICATE =
            TestCertificates.authority().issue(Key.EC, "a.example.com");
    private static final TestCertificate ANOTHER = TestCertificates.authority().issue(Key.EC, "b.example.com");

    @TempDir
    private Path root;

    private CertificateDirectory directory;

    @BeforeEach
    void setUp() {
        directory = new CertificateDirectory(root);
    }

    @Test
    void bothLayoutsAreReadInTheOrderOfTheirNames() throws Exception {
        pair("zebra.pem", "zebra.key");
        pair("kube/tls.crt", "kube/tls.key");
        pair("apple.cert", "apple.key");
        pair("b.crt", "b.key");

        assertThat(labels()).containsExactly("apple.cert", "b.crt", "kube/tls.crt", "zebra.pem");
    }

    @Test
    void thePairNamedDefaultComesFirst() throws Exception {
        pair("apple.crt", "apple.key");
        pair("default.crt", "default.key");
        pair("tls.crt", "tls.key");

        assertThat(labels()).containsExactly("default.crt", "tls.crt", "apple.crt");
    }

    @Test
    void aSubdirectoryMayHoldTheDefault() throws Exception {
        pair("apple.crt", "apple.key");
        pair("default/tls.crt", "default/tls.key");

        assertThat(labels()).containsExactly("default/tls.crt", "apple.crt");
    }

    @Test
    void aPairAtTheRootIsTheDefault() throws Exception {
        pair("apple.crt", "apple.key");
        pair("tls.crt", "tls.key");

        assertThat(labels()).containsExactly("tls.crt", "apple.crt");
    }

    @Test
    void aKubernetesMountIsReadThroughItsLinksAndOnlyOnce() throws Exception {
        pair("..2026_01/tls.crt", "..2026_01/tls.key");
        Files.createSymbolicLink(root.resolve("..data"), Path.of("..2026_01"));
        Files.createSymbolicLink(root.resolve("tls.crt"), Path.of("..data/tls.crt"));
        Files.createSymbolicLink(root.resolve("tls.key"), Path.of("..data/tls.key"));

        assertThat(labels()).containsExactly("tls.crt");
    }

    @Test
    void swappingTheLinkOfAKubernetesMountChangesTheFingerprint() throws Exception {
        for (String version : List.of("..2026_01", "..2026_02")) {
            pair(version + "/tls.crt", version + "/tls.key");
            for (String name : List.of("tls.crt", "tls.key")) {
                Files.setLastModifiedTime(
                        root.resolve(version).resolve(name), FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
            }
        }
        Files.createSymbolicLink(root.resolve("..data"), Path.of("..2026_01"));
        Files.createSymbolicLink(root.resolve("tls.crt"), Path.of("..data/tls.crt"));
        Files.createSymbolicLink(root.resolve("tls.key"), Path.of("..data/tls.key"));
        String before = directory.fingerprint();

        Files.delete(root.resolve("..data"));
        Files.createSymbolicLink(root.resolve("..data"), Path.of("..2026_02"));

        assertThat(directory.fingerprint()).isNotEqualTo(before).isNotEmpty();
    }

    @Test
    void theFingerprintStaysWhileNothingChanges() throws Exception {
        pair("apple.crt", "apple.key");

        assertThat(directory.fingerprint()).isEqualTo(directory.fingerprint()).isNotEmpty();
    }

    @Test
    void halfAPairIsSkipped() throws Exception {
        pair("apple.crt", "apple.key");
        Files.writeString(root.resolve("authority.crt"), CERTIFICATE.chainPem());
        Files.writeString(root.resolve("lonely.key"), CERTIFICATE.pkcs8Pem());
        Files.writeString(root.resolve("README"), "certificates go here");

        assertThat(labels()).containsExactly("apple.crt");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        pair("apple.crt", "apple.key");
        Files.writeString(root.resolve("apple.key"), ANOTHER.pkcs8Pem());

        assertThatThrownBy(directory::read)
                .isInstanceOf(CertificateProblem.class)
                .hasMessageContaining("apple.key")
                .hasMessageContaining("is not the key");
    }

    @Test
    void anEmptyDirectoryIsRefusedWithAdvice() {
        assertThatThrownBy(directory::read)
                .isInstanceOf(CertificateProblem.class)
                .hasMessageContaining("NAME.crt with NAME.key");
    }

    @Test
    void aMissingDirectoryIsRefusedByName() {
        assertThatThrownBy(() -> new CertificateDirectory(root.resolve("nowhere")).read())
                .isInstanceOf(CertificateProblem.class)
                .hasMessageContaining("nowhere");
    }

    private void pair(String certificate, String key) {
        CERTIFICATE.writeTo(root.resolve(certificate), root.resolve(key));
    }

    private List<String> labels() throws CertificateProblem, IOException {
        return directory.read().stream().map(CertificatePair::label).toList();
    }
}
