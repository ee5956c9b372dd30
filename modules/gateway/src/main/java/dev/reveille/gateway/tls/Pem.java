package dev.reveille.gateway.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PEM files as operators have them (RFC 7468): certificate chains, and unencrypted private keys in PKCS#8, PKCS#1 (RSA)
 * and SEC1 (EC) form. Reads files, so never on a loop.
 */
final class Pem {

    /** No chain or key comes near this; a larger file is something else. */
    static final int FILE_SIZE_MAX = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s(.*?)-----END \\1-----", Pattern.DOTALL);

    private record Block(String label, String text) {

        byte[] der(Path file) throws CertificateProblem {
            try {
                return Base64.getMimeDecoder().decode(text);
            } catch (IllegalArgumentException notBase64) {
                throw new CertificateProblem("%s: a %s block is not base64".formatted(file, label));
            }
        }
    }

    private Pem() {}

    /** All certificates of a file, in its order: the server's own first, then its issuers. */
    static List<X509Certificate> certificates(Path file) throws CertificateProblem {
        List<X509Certificate> chain = new ArrayList<>();
        for (Block block : blocks(file)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                try {
                    chain.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.der(file))));
                } catch (GeneralSecurityException unreadable) {
                    throw new CertificateProblem(
                            "%s: certificate %d cannot be read".formatted(file, chain.size() + 1), unreadable);
                }
            }
        }
        if (chain.isEmpty()) {
            throw new CertificateProblem(file + ": holds no PEM certificate");
        }
        return List.copyOf(chain);
    }

    /** The first private key of a file. */
    static PrivateKey privateKey(Path file) throws CertificateProblem {
        for (Block block : blocks(file)) {
            switch (block.label()) {
                case "ENCRYPTED PRIVATE KEY" -> throw encrypted(file);
                case "PRIVATE KEY" -> {
                    return PrivateKeyEncoding.pkcs8(block.der(file), file);
                }
                case "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
                    // The old way of encrypting keeps the label and adds headers (RFC 1421).
                    if (block.text().contains("ENCRYPTED")) {
                        throw encrypted(file);
                    }
                    byte[] der = block.der(file);
                    return block.label().startsWith("RSA")
                            ? PrivateKeyEncoding.pkcs1(der, file)
                            : PrivateKeyEncoding.sec1(der, file);
                }
                default -> {
                    // EC PARAMETERS, certificates and whatever else shares the file.
                }
            }
        }
        throw new CertificateProblem(file + ": holds no PEM private key in PKCS#8, PKCS#1 or SEC1 form");
    }

    private static CertificateProblem encrypted(Path file) {
        return new CertificateProblem(
                file + ": the private key is encrypted; store it decrypted (openssl pkey -in FILE -out FILE)");
    }

    private static List<Block> blocks(Path file) throws CertificateProblem {
        String text;
        try {
            if (Files.size(file) > FILE_SIZE_MAX) {
                throw new CertificateProblem("%s: larger than %d bytes".formatted(file, FILE_SIZE_MAX));
            }
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException unreadable) {
            throw new CertificateProblem(file + ": cannot be read", unreadable);
        }
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }
}
