package dev.reveille.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority for tests, made on the spot.
 *
 * <pre>
 *   var authority = TestCertificates.authority();
 *   var certificate = authority.issue(Key.EC, "*.example.com", "example.com");
 *   certificate.writeTo(directory.resolve("example.crt"), directory.resolve("example.key"));
 * </pre>
 */
public final class TestCertificates {

    /** Kinds of keys. */
    public enum Key {
        EC("EC", 256, "SHA256withECDSA"),
        EC_P384("EC", 384, "SHA384withECDSA"),
        RSA("RSA", 2048, "SHA256withRSA"),
        ED25519("Ed25519", 255, "Ed25519");

        private final String algorithm;
        private final int size;
        private final String signature;

        Key(String algorithm, int size, String signature) {
            this.algorithm = algorithm;
            this.size = size;
            this.signature = signature;
        }

        private KeyPair generate() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
                generator.initialize(size);
                return generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final Duration VALIDITY = Duration.ofDays(30);
    private static final AtomicLong SERIAL = new AtomicLong(1);

    private final X500Name subject;
    private final KeyPair keys;
    private final X509Certificate root;

    private TestCertificates(String commonName) {
        this.subject = new X500Name("CN=" + commonName);
        this.keys = Key.EC.generate();
        this.root = certificate(
                subject,
                Key.EC.signature,
                keys.getPrivate(),
                subject,
                keys,
                true,
                List.of(),
                Instant.now().plus(VALIDITY));
    }

    /** A fresh authority. */
    public static TestCertificates authority() {
        return new TestCertificates("Test authority " + SERIAL.getAndIncrement());
    }

    /** The authority's own certificate, for those who are to trust it. */
    public X509Certificate root() {
        return root;
    }

    /** The authority's own certificate in PEM. */
    public String rootPem() {
        return TestCertificate.pem("CERTIFICATE", TestCertificate.encoded(root));
    }

    /** A certificate for the names, the first of them in the subject's common name too. */
    public TestCertificate issue(Key key, String... names) {
        return issue(key, Instant.now().plus(VALIDITY), names);
    }

    /** The same with a date of expiry. */
    public TestCertificate issue(Key key, Instant notAfter, String... names) {
        KeyPair pair = key.generate();
        X500Name named = new X500Name("CN=" + names[0]);
        X509Certificate leaf = certificate(
                subject, Key.EC.signature, keys.getPrivate(), named, pair, false, Arrays.asList(names), notAfter);
        return new TestCertificate(List.of(leaf, root), pair.getPrivate());
    }

    /** A certificate that has names in its subject only, which may be any distinguished name. */
    public TestCertificate issueForSubject(Key key, String distinguishedName) {
        KeyPair pair = key.generate();
        X509Certificate leaf = certificate(
                subject,
                Key.EC.signature,
                keys.getPrivate(),
                new X500Name(distinguishedName),
                pair,
                false,
                List.of(),
                Instant.now().plus(VALIDITY));
        return new TestCertificate(List.of(leaf, root), pair.getPrivate());
    }

    /** A certificate signed with its own key by the JCA signature algorithm of that name. */
    public static TestCertificate selfSigned(Key key, String signature, String... names) {
        KeyPair pair = key.generate();
        X500Name named = new X500Name("CN=" + names[0]);
        X509Certificate leaf = certificate(
                named,
                signature,
                pair.getPrivate(),
                named,
                pair,
                false,
                Arrays.asList(names),
                Instant.now().plus(VALIDITY));
        return new TestCertificate(List.of(leaf), pair.getPrivate());
    }

    private static X509Certificate certificate(
            X500Name issuer,
            String signature,
            PrivateKey issuerKey,
            X500Name subject,
            KeyPair pair,
            boolean authority,
            List<String> names,
            Instant notAfter) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    BigInteger.valueOf(SERIAL.getAndIncrement()),
                    Date.from(notAfter.minus(VALIDITY).minus(Duration.ofDays(1))),
                    Date.from(notAfter),
                    subject,
                    pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!names.isEmpty()) {
                GeneralName[] alternatives = names.stream()
                        .map(name -> new GeneralName(GeneralName.dNSName, name))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
            }
            JcaContentSignerBuilder signer = new JcaContentSignerBuilder(signature);
            if (signature.endsWith("andMGF1")) {
                signer.setProvider(new BouncyCastleProvider()); // The JDK knows RSASSA-PSS under another name.
            }
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer.build(issuerKey)));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
