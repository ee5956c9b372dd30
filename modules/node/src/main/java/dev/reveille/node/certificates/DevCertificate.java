package dev.reveille.node.certificates;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/**
 * The certificate of a development node: self-signed, for {@code localhost} and every name below it, made once and kept.
 * It is its own authority, so a client may verify against {@code localhost.crt} itself.
 *
 * <p>Written out by hand, because the JDK makes keys and signatures but no certificates, and the library that does would
 * be the largest part of a node's start: its archive is signed, and the JVM checks all of it before it gives out one class.
 */
public final class DevCertificate {

    private static final Duration VALIDITY = Duration.ofDays(3_650);
    private static final Duration CLOCK_SLACK = Duration.ofDays(1);
    private static final int SERIAL_BITS = 120;
    private static final int PEM_LINE = 64;

    private static final BigInteger VERSION_3 = BigInteger.TWO;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    /** Object identifiers, encoded: 2.5.4.3, 2.5.29.17, 2.5.29.19 and 1.2.840.10045.4.3.2. */
    private static final byte[] COMMON_NAME = {0x06, 3, 0x55, 0x04, 0x03};

    private static final byte[] SUBJECT_ALTERNATIVE_NAME = {0x06, 3, 0x55, 0x1D, 0x11};
    private static final byte[] BASIC_CONSTRAINTS = {0x06, 3, 0x55, 0x1D, 0x13};
    private static final byte[] ECDSA_WITH_SHA256 = {
        0x06, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02
    };

    private DevCertificate() {}

    /** Makes certificate and key in {@code directory} where they are not there yet. Blocks. */
    public static void ensure(Path directory) throws IOException, GeneralSecurityException {
        Path certificate = directory.resolve("localhost.crt");
        Path key = directory.resolve("localhost.key");
        if (Files.exists(certificate) && Files.exists(key)) {
            return;
        }
        Files.createDirectories(directory);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        // The key first: a certificate is the sign that both are there.
        write(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()), "rw-------");
        write(certificate, pem("CERTIFICATE", selfSigned(pair)), "rw-r--r--");
    }

    /** RFC 5280, section 4.1. */
    private static byte[] selfSigned(KeyPair pair) throws GeneralSecurityException {
        byte[] name = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.utf8("localhost"))));
        byte[] algorithm = Der.sequence(ECDSA_WITH_SHA256);
        Instant now = Instant.now();
        byte[] content = Der.sequence(
                Der.wrapped(0, Der.integer(VERSION_3)),
                Der.integer(new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE)),
                algorithm,
                name,
                Der.sequence(time(now.minus(CLOCK_SLACK)), time(now.plus(VALIDITY))),
                name,
                pair.getPublic().getEncoded(),
                Der.wrapped(3, Der.sequence(names(), authority())));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(content);
        return Der.sequence(content, algorithm, Der.bits(signature.sign()));
    }

    private static byte[] names() {
        return Der.sequence(
                SUBJECT_ALTERNATIVE_NAME,
                Der.octets(Der.sequence(
                        Der.numbered(DNS_NAME, "localhost".getBytes(StandardCharsets.US_ASCII)),
                        Der.numbered(DNS_NAME, "*.localhost".getBytes(StandardCharsets.US_ASCII)),
                        Der.numbered(
                                IP_ADDRESS, InetAddress.ofLiteral("127.0.0.1").getAddress()),
                        Der.numbered(IP_ADDRESS, InetAddress.ofLiteral("::1").getAddress()))));
    }

    private static byte[] authority() {
        return Der.sequence(BASIC_CONSTRAINTS, Der.TRUE, Der.octets(Der.sequence(Der.TRUE)));
    }

    /** Years have two digits until 2049, and four from then on (RFC 5280, section 4.1.2.5). */
    private static byte[] time(Instant instant) {
        boolean soon = instant.isBefore(Instant.parse("2050-01-01T00:00:00Z"));
        String digits = DateTimeFormatter.ofPattern(soon ? "yyMMddHHmmss'Z'" : "yyyyMMddHHmmss'Z'")
                .withZone(ZoneOffset.UTC)
                .format(instant);
        return Der.value(soon ? UTC_TIME : GENERALIZED_TIME, digits.getBytes(StandardCharsets.US_ASCII));
    }

    private static String pem(String type, byte[] der) {
        StringWriter text = new StringWriter();
        text.append("-----BEGIN ").append(type).append("-----\n");
        text.append(Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(der));
        return text.append("\n-----END ").append(type).append("-----\n").toString();
    }

    /** In one step, and never readable for others in between. */
    private static void write(Path file, String text, String mode) throws IOException {
        Path fresh = Files.createTempFile(
                file.getParent(),
                ".new-",
                "",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, text);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
