package dev.reveille.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;

/** A chain with its key, the server's own certificate first, in all the forms that operators keep them in. */
public record TestCertificate(List<X509Certificate> chain, PrivateKey key) {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    public TestCertificate {
        chain = List.copyOf(chain);
    }

    /** The server's own certificate. */
    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /** The chain. */
    public String chainPem() {
        return chain.stream()
                .map(certificate -> pem("CERTIFICATE", encoded(certificate)))
                .collect(Collectors.joining());
    }

    /** The key as {@code openssl genpkey} writes it. */
    public String pkcs8Pem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /** An RSA key as {@code openssl genrsa -traditional} writes it. */
    public String pkcs1Pem() {
        return pem("RSA PRIVATE KEY", inner());
    }

    /** An EC key as {@code openssl ecparam -genkey} writes it, without the parameters in front. */
    public String sec1Pem() {
        return pem("EC PRIVATE KEY", inner());
    }

    /** The key under a password. */
    public String encryptedPkcs8Pem(String password) {
        try {
            String algorithm = "PBEWithSHA1AndDESede";
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray())));
            byte[] encrypted = cipher.doFinal(key.getEncoded());
            return pem(
                    "ENCRYPTED PRIVATE KEY",
                    new EncryptedPrivateKeyInfo(cipher.getParameters(), encrypted).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes the chain and the PKCS#8 key, making directories on the way. */
    public void writeTo(Path certificateFile, Path keyFile) {
        try {
            Files.createDirectories(certificateFile.getParent());
            Files.createDirectories(keyFile.getParent());
            Files.writeString(certificateFile, chainPem());
            Files.writeString(keyFile, pkcs8Pem());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Text armour round DER. */
    public static String pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(label, new String(LINES.encode(der), StandardCharsets.US_ASCII), label);
    }

    static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] inner() {
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
            byte[] bare = info.parsePrivateKey().toASN1Primitive().getEncoded();
            return key.getAlgorithm().equals("EC") ? withCurve(info) : bare;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** PKCS#8 keeps the curve outside of the key, SEC1 inside. */
    private static byte[] withCurve(PrivateKeyInfo info) throws IOException {
        ECPrivateKey bare = ECPrivateKey.getInstance(info.parsePrivateKey());
        int bits = bare.getKey().bitLength() > 256 ? 384 : 256;
        return new ECPrivateKey(
                        bits, bare.getKey(), info.getPrivateKeyAlgorithm().getParameters())
                .getEncoded();
    }

    @Override
    public String toString() {
        return "TestCertificate[%s]".formatted(leaf().getSubjectX500Principal());
    }
}
