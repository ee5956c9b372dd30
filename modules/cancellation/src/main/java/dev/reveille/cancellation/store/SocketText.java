package dev.reveille.cancellation.store;

import dev.reveille.protocol.Digits;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Socket addresses as {@code 10.1.2.3:5432} and {@code [2001:db8::1]:5432}; never with a name, so nothing is resolved. */
final class SocketText {

    private SocketText() {}

    static String of(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address v6
                ? "[%s]:%d".formatted(withNumericScope(v6), address.getPort())
                : address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    static Optional<InetSocketAddress> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        Optional<InetAddress> address = bracketed ? v6(host.substring(1, host.length() - 1)) : v4(host);
        Optional<Integer> port = Digits.port(text.substring(colon + 1));
        return address.flatMap(found -> port.map(number -> new InetSocketAddress(found, number)));
    }

    /** The reference knows scopes by number only, the JDK prints them by name. */
    private static String withNumericScope(Inet6Address address) {
        String text = address.getHostAddress();
        int percent = text.indexOf('%');
        String bare = percent < 0 ? text : text.substring(0, percent);
        return address.getScopeId() == 0 ? bare : bare + "%" + address.getScopeId();
    }

    private static Optional<InetAddress> v4(String host) {
        // The JDK also takes short and octal forms, which other readers understand otherwise.
        return literal(host).filter(address -> address.getHostAddress().equals(host));
    }

    private static Optional<InetAddress> v6(String host) {
        return host.contains(":") ? literal(host) : Optional.empty();
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }
}
