package dev.reveille.gateway.tls;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/**
 * The three encodings of a private key. The JDK reads PKCS#8 (RFC 5958) only, so PKCS#1 (RFC 8017) and SEC1 (RFC 5915)
 * keys are put into a PKCS#8 envelope: version, algorithm, key.
 */
final class PrivateKeyEncoding {

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    /** {@code [0]}, where SEC1 keeps the curve. */
    private static final int CURVE = 0xA0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    /** OBJECT IDENTIFIER 1.2.840.113549.1.1.1 (rsaEncryption), NULL. */
    private static final byte[] RSA = {6, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0};
    /** OBJECT IDENTIFIER 1.2.840.10045.2.1 (id-ecPublicKey). */
    private static final byte[] EC = {6, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1};

    /** Ed25519 is not among them: BoringSSL under Netty cannot sign with it, and few clients could check it. */
    private static final List<String> ALGORITHMS = List.of("RSA", "EC");

    private PrivateKeyEncoding() {}

    static PrivateKey pkcs8(byte[] der, Path file) throws CertificateProblem {
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(der);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException _) {
                // Another algorithm's key: try the next one.
            }
        }
        throw new CertificateProblem(file + ": the private key is neither RSA nor EC, or is damaged");
    }

    static PrivateKey pkcs1(byte[] der, Path file) throws CertificateProblem {
        return pkcs8(envelope(RSA, der), file);
    }

    static PrivateKey sec1(byte[] der, Path file) throws CertificateProblem {
        return pkcs8(envelope(concat(EC, curve(der, file)), der), file);
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, concat(VERSION_0, concat(element(SEQUENCE, algorithm), element(OCTET_STRING, key))));
    }

    /** ECPrivateKey ::= SEQUENCE { INTEGER 1, OCTET STRING key, [0] curve OPTIONAL, [1] public key OPTIONAL }. */
    private static byte[] curve(byte[] der, Path file) throws CertificateProblem {
        try {
            ByteBuffer key = enter(ByteBuffer.wrap(der), SEQUENCE);
            enter(key, INTEGER);
            enter(key, OCTET_STRING);
            ByteBuffer curve = enter(key, CURVE);
            byte[] bytes = new byte[curve.remaining()];
            curve.get(bytes);
            return bytes;
        } catch (BufferUnderflowException | IllegalArgumentException damaged) {
            throw new CertificateProblem(file + ": the EC private key is damaged or does not name its curve", damaged);
        }
    }

    /** The content of the next DER element, which is stepped over. */
    private static ByteBuffer enter(ByteBuffer from, int tag) {
        if ((from.get() & 0xFF) != tag) {
            throw new IllegalArgumentException("unexpected DER tag");
        }
        int length = from.get() & 0xFF;
        if (length > 0x80) {
            int lengthBytes = length & 0x7F;
            length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = length << 8 | from.get() & 0xFF;
            }
        }
        ByteBuffer content = from.slice();
        content.limit(length); // Refuses what is negative or longer than the rest.
        from.position(from.position() + length);
        return content;
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 5);
        out.write(tag);
        if (content.length < 0x80) {
            out.write(content.length);
        } else {
            int lengthBytes = (Integer.SIZE - Integer.numberOfLeadingZeros(content.length) + 7) / 8;
            out.write(0x80 | lengthBytes);
            for (int shift = 8 * (lengthBytes - 1); shift >= 0; shift -= 8) {
                out.write(content.length >>> shift);
            }
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
