package dev.reveille.session.access;

import dev.reveille.protocol.Digits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/** Arithmetic on IP addresses; never asks a name server. */
final class Addresses {

    static final int IPV4_BITS = 32;
    static final int MAPPED_PREFIX_BITS = 96;

    /** Of a byte, and of a prefix's length. */
    static final int BYTE_DIGITS_MAX = 3;

    private static final int IPV4_PARTS = 4;
    private static final int IPV6_BYTES = 16;
    private static final int IPV6_GROUPS = 8;

    private Addresses() {}

    /**
     * The address that {@code literal} spells, IPv4-mapped IPv6 as IPv4. Stricter than the JDK, which also reads the
     * short forms of IPv4 such as {@code 30.1.2}, leading zeros, zones and brackets.
     */
    static Optional<InetAddress> parse(String literal) {
        return literal.indexOf(':') >= 0 ? parseIpv6(literal) : parseIpv4(literal);
    }

    /** {@code address} as IPv4 where it is an IPv4-mapped IPv6 address, and without a zone. */
    static InetAddress unmapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == IPV6_BYTES && isMapped(bytes)) {
            return ofBytes(Arrays.copyOfRange(bytes, IPV6_BYTES - IPV4_PARTS, IPV6_BYTES));
        }
        return address;
    }

    static int bits(InetAddress address) {
        return address.getAddress().length * Byte.SIZE;
    }

    /** Whether both are of one family and their first {@code length} bits are the same. */
    static boolean sharePrefix(InetAddress one, InetAddress other, int length) {
        byte[] left = one.getAddress();
        byte[] right = other.getAddress();
        if (left.length != right.length) {
            return false;
        }
        int whole = length / Byte.SIZE;
        if (!Arrays.equals(left, 0, whole, right, 0, whole)) {
            return false;
        }
        int rest = length % Byte.SIZE;
        return rest == 0 || ((left[whole] ^ right[whole]) & 0xff) >>> (Byte.SIZE - rest) == 0;
    }

    /** Whether both are of one family and {@code lower} does not come after {@code upper}. */
    static boolean inOrder(InetAddress lower, InetAddress upper) {
        byte[] left = lower.getAddress();
        byte[] right = upper.getAddress();
        return left.length == right.length && Arrays.compareUnsigned(left, right) <= 0;
    }

    /** As a person would write it: RFC 5952 for IPv6, so that the text can be pasted into a list of addresses. */
    static String text(InetAddress address) {
        byte[] bytes = unmapped(address).getAddress();
        if (bytes.length != IPV6_BYTES) {
            return ofBytes(bytes).getHostAddress();
        }
        int[] groups = new int[IPV6_GROUPS];
        for (int at = 0; at < IPV6_GROUPS; at++) {
            groups[at] = (bytes[2 * at] & 0xff) << Byte.SIZE | bytes[2 * at + 1] & 0xff;
        }
        int gapStart = -1;
        int gapLength = 1; // a single zero group is written out
        for (int at = 0; at < IPV6_GROUPS; at++) {
            int end = at;
            while (end < IPV6_GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - at > gapLength) {
                gapStart = at;
                gapLength = end - at;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < IPV6_GROUPS; at++) {
            if (at == gapStart) {
                text.append("::");
                at += gapLength - 1;
            } else {
                text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[at]));
            }
        }
        return text.toString();
    }

    private static Optional<InetAddress> parseIpv4(String literal) {
        String[] parts = literal.split("\\.", -1);
        if (parts.length != IPV4_PARTS) {
            return Optional.empty();
        }
        byte[] bytes = new byte[IPV4_PARTS];
        for (int at = 0; at < IPV4_PARTS; at++) {
            String part = parts[at];
            if (!Digits.only(part, BYTE_DIGITS_MAX)
                    || part.length() > 1 && part.charAt(0) == '0'
                    || Integer.parseInt(part) > 0xff) {
                return Optional.empty();
            }
            bytes[at] = (byte) Integer.parseInt(part);
        }
        return Optional.of(ofBytes(bytes));
    }

    private static Optional<InetAddress> parseIpv6(String literal) {
        if (literal.indexOf('%') >= 0 || literal.indexOf('[') >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(unmapped(InetAddress.ofLiteral(literal)));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    private static boolean isMapped(byte[] bytes) {
        for (int at = 0; at < 10; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
    }

    private static InetAddress ofBytes(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", wrongLength);
        }
    }
}
