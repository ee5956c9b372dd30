package dev.reveille.cancellation.limits;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The part of an address that one customer usually has: the first 24 bits of IPv4, the first 64 of IPv6. An IPv4-mapped
 * address is IPv4.
 *
 * @param bits the prefix: 32 bits of IPv4 or 64 of IPv6, zero where the hosts differ
 */
record Network(boolean ipv4, long bits) {

    private static final int IPV4_LENGTH = 4;
    private static final int IPV4_HOST_BITS = 8;
    private static final long MAPPED = 0xFFFFL;

    static Network of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        if (bytes.capacity() == IPV4_LENGTH) {
            return ofIpv4(bytes.getInt());
        }
        long high = bytes.getLong();
        long low = bytes.getLong();
        return high == 0 && low >>> Integer.SIZE == MAPPED ? ofIpv4((int) low) : new Network(false, high);
    }

    private static Network ofIpv4(int address) {
        return new Network(true, Integer.toUnsignedLong(address >>> IPV4_HOST_BITS << IPV4_HOST_BITS));
    }

    @Override
    public String toString() {
        return ipv4
                ? "%d.%d.%d.0/24".formatted(bits >>> 24, bits >>> 16 & 0xFF, bits >>> 8 & 0xFF)
                : "%x:%x:%x:%x::/64".formatted(bits >>> 48, bits >>> 32 & 0xFFFF, bits >>> 16 & 0xFFFF, bits & 0xFFFF);
    }
}
