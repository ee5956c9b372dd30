package dev.reveille.node.certificates;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The few values of ASN.1's distinguished encoding that a certificate is made of (ITU-T X.690). */
final class Der {

    static final byte[] TRUE = {0x01, 0x01, (byte) 0xFF};

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int UTF8_STRING = 0x0C;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int CONTEXT = 0x80;
    private static final int CONTEXT_CONSTRUCTED = 0xA0;

    private static final int SHORT_LENGTH_MAX = 0x7F;
    private static final int LONG_LENGTH = 0x80;

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        return value(SEQUENCE, parts);
    }

    static byte[] set(byte[]... parts) {
        return value(SET, parts);
    }

    static byte[] integer(BigInteger number) {
        return value(INTEGER, number.toByteArray());
    }

    static byte[] utf8(String text) {
        return value(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] octets(byte[] bytes) {
        return value(OCTET_STRING, bytes);
    }

    /** All bits of {@code bytes}. */
    static byte[] bits(byte[] bytes) {
        return value(BIT_STRING, new byte[] {0}, bytes);
    }

    /** A value whose meaning is its number in what it stands in. */
    static byte[] numbered(int number, byte[] bytes) {
        return value(CONTEXT | number, bytes);
    }

    /** The same around whole values. */
    static byte[] wrapped(int number, byte[]... parts) {
        return value(CONTEXT_CONSTRUCTED | number, parts);
    }

    static byte[] value(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length <= SHORT_LENGTH_MAX) {
            out.write(length);
        } else {
            byte[] digits = minimal(length);
            out.write(LONG_LENGTH | digits.length);
            out.writeBytes(digits);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] minimal(int length) {
        byte[] signed = BigInteger.valueOf(length).toByteArray();
        return signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed;
    }
}
