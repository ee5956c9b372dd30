package dev.reveille.session.compute;

import java.util.Optional;

/**
 * Host and port of a compute.
 *
 * @param host a DNS name or an IP literal, an IPv6 literal without brackets
 * @param port 1 to 65535
 */
public record ComputeAddress(String host, int port) {

    private static final int PORT_MAX = 65_535;

    public ComputeAddress {
        if (host.isEmpty() || port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("not an address of a compute");
        }
    }

    /**
     * Reads {@code host:port}, split at the last colon, with brackets round an IPv6 literal (spec 02 §3.3); nothing
     * where the text is no such thing.
     */
    public static Optional<ComputeAddress> parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1) {
            return Optional.empty();
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ComputeAddress(host, Integer.parseInt(text.substring(colon + 1))));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
