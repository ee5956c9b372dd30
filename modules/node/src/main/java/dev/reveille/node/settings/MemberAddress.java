package dev.reveille.node.settings;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where the nodes of a cluster reach one of them. Members are told apart by this very text, so all nodes must write it
 * alike: a literal address is brought into one form, a name is left as it is.
 *
 * @param host a literal address, an IPv6 address in brackets, or a name
 */
public record MemberAddress(String host, int port) {

    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED = "HOST:PORT, such as 10.0.0.7:25520 or node-1.internal:25520";

    private static final int PORT_MAX = 65_535;

    /** The address of a member that {@code address} is; literal. */
    public static MemberAddress of(InetSocketAddress address) {
        String text = ListenAddress.format(address);
        return new MemberAddress(text.substring(0, text.lastIndexOf(':')), address.getPort());
    }

    /** The address that {@code text} names; nothing where it is none. */
    public static Optional<MemberAddress> parse(String text) {
        Optional<InetSocketAddress> literal = ListenAddress.parse(text).filter(address -> address.getPort() > 0);
        if (literal.isPresent()) {
            return literal.map(MemberAddress::of);
        }
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !isName(text.substring(0, colon))) {
            return Optional.empty();
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            return port > 0 && port <= PORT_MAX
                    ? Optional.of(new MemberAddress(text.substring(0, colon), port))
                    : Optional.empty();
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static boolean isName(String host) {
        return host.chars().allMatch(c -> c == '-' || c == '.' || Character.isLetterOrDigit(c) && c < 0x80)
                && host.chars().anyMatch(Character::isLetter);
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
