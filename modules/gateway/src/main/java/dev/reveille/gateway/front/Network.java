package dev.reveille.gateway.front;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A range of addresses in CIDR notation (RFC 4632), such as {@code 10.0.0.0/8} or {@code fd00::/8}; a single address is
 * a range of one.
 *
 * @param base the range's address in network order, 4 or 16 bytes
 * @param prefixLength how many leading bits count
 */
public record Network(ByteString base, int prefixLength) {

    public Network {
        if (base.size() != 4 && base.size() != 16 || prefixLength < 0 || prefixLength > base.size() * Byte.SIZE) {
            throw new IllegalArgumentException("not a network");
        }
    }

    /** Nothing where the text is not an address or a range; never asks DNS. */
    public static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        byte[] base = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (base == null) {
            return Optional.empty();
        }
        try {
            int prefixLength = slash < 0 ? base.length * Byte.SIZE : Integer.parseInt(text.substring(slash + 1));
            return Optional.of(new Network(ByteString.fromArray(base), prefixLength));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Whether the address lies in this range. IPv4 addresses written as IPv6 count as IPv4. */
    public boolean contains(InetAddress address) {
        byte[] asked = address.getAddress();
        if (asked.length != base.size()) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit += Byte.SIZE) {
            int mask = 0xFF << Math.max(0, Byte.SIZE - (prefixLength - bit));
            if (((asked[bit / Byte.SIZE] ^ base.apply(bit / Byte.SIZE)) & mask & 0xFF) != 0) {
                return false;
            }
        }
        return true;
    }
}
