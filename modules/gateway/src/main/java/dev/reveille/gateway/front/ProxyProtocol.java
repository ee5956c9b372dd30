package dev.reveille.gateway.front;

import java.net.InetAddress;
import java.util.List;

/** Whether connections begin with a PROXY header (version 1 or 2 of HAProxy's PROXY protocol). */
public sealed interface ProxyProtocol {

    /** They do not; a header that comes all the same is refused as a bad start-up packet. */
    record Off() implements ProxyProtocol {}

    /**
     * They do, every one of them, and only load balancers in the given networks may connect: whoever writes the header
     * chooses the client address that everybody behind this door believes.
     */
    record Required(List<Network> trusted) implements ProxyProtocol {

        public Required {
            trusted = List.copyOf(trusted);
            if (trusted.isEmpty()) {
                throw new IllegalArgumentException("the PROXY protocol needs at least one trusted network");
            }
        }

        boolean trusts(InetAddress source) {
            return trusted.stream().anyMatch(network -> network.contains(source));
        }
    }
}
