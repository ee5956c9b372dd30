package dev.reveille.node.settings;

import dev.reveille.protocol.Digits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Reads the addresses that doors listen on. They are literal, so that reading them never asks a name server: an IPv4
 * address, an IPv6 address in brackets, or {@code localhost} for {@code 127.0.0.1}, then a colon and a port.
 */
public final class ListenAddress {

    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED = "HOST:PORT with a literal address, such as 127.0.0.1:4432 or [::1]:4432";

    private ListenAddress() {}

    /** The address that {@code text} names; port 0 stands for any free port. Nothing where it is no address. */
    public static Optional<InetSocketAddress> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            return Optional.empty();
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!bracketed && host.indexOf(':') >= 0) {
            return Optional.empty();
        }
        return Digits.port(text.substring(colon + 1))
                .flatMap(port -> address(bracketed ? host.substring(1, host.length() - 1) : host, bracketed)
                        .map(address -> new InetSocketAddress(address, port)));
    }

    /** The text that {@link #parse} reads as {@code address}. */
    public static String format(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + address.getPort() : host + ":" + address.getPort();
    }

    private static Optional<InetAddress> address(String host, boolean bracketed) {
        String literal = host.equals("localhost") ? "127.0.0.1" : host;
        try {
            InetAddress address = InetAddress.ofLiteral(literal);
            return literal.indexOf(':') >= 0 == bracketed ? Optional.of(address) : Optional.empty();
        } catch (IllegalArgumentException notALiteral) {
            return Optional.empty();
        }
    }
}
