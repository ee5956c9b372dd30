package dev.reveille.gateway.front;

import dev.reveille.session.access.AddressPattern;
import java.net.InetAddress;
import java.util.List;

/** Whether connections begin with a PROXY header (version 1 or 2 of HAProxy's PROXY protocol). */
public sealed interface ProxyProtocol {

    /** They do not; a header that comes all the same is refused as a bad start-up packet. */
    record Off() implements ProxyProtocol {}

    /**
     * They do, every one of them, and only load balancers at the given addresses may connect: whoever writes the header
     * chooses the client address that everybody behind this door believes.
     */
    record Required(List<AddressPattern> trusted) implements ProxyProtocol {

        public Required {
            trusted = List.copyOf(trusted);
            if (trusted.isEmpty()) {
                throw new IllegalArgumentException("the PROXY protocol needs at least one trusted address");
            }
            trusted.forEach(pattern -> {
                if (pattern instanceof AddressPattern.Unreadable(String text)) {
                    throw new IllegalArgumentException("not an address, subnet or range: " + text);
                }
            });
        }

        boolean trusts(InetAddress source) {
            return trusted.stream().anyMatch(pattern -> pattern.matches(source));
        }
    }
}
