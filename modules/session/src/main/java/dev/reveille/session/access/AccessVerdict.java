package dev.reveille.session.access;

import java.net.InetAddress;

/** Whether a client may come in from where it is, before anything is known of its password (spec 01 §9.2). */
public sealed interface AccessVerdict {

    /** The client may go on to prove who it is. */
    record Allowed() implements AccessVerdict {}

    /** The client may not; the session, or the cancel request, ends here. The client's own fault, never retried. */
    sealed interface Refused extends AccessVerdict {

        /** What the client is told; the words are those that its operators search for. */
        String clientText();
    }

    /** The public door, and the client's address is not on the endpoint's list. */
    record AddressNotAllowed(InetAddress address) implements Refused {
        @Override
        public String clientText() {
            return "This IP address " + Addresses.text(address)
                    + " is not allowed to connect to this endpoint. Please add it to the endpoint's allowed list."
                    + " Make sure to check for IPv4 or IPv6 addresses.";
        }
    }

    /** The endpoint has shut this kind of door. */
    record NetworkBlocked() implements Refused {
        @Override
        public String clientText() {
            return "This connection is trying to access this endpoint from a blocked network.";
        }
    }

    /** The private door, and no link's id came with the connection. */
    record PrivateLinkMissing() implements Refused {
        @Override
        public String clientText() {
            return "VPC endpoint ID is not specified. This endpoint requires a VPC endpoint ID to connect.";
        }
    }

    /** The private door, and the link is not on the endpoint's list. */
    record PrivateLinkNotAllowed(String link) implements Refused {
        @Override
        public String clientText() {
            return "This VPC endpoint id " + link
                    + " is not allowed to connect to this endpoint. Please add it to the endpoint's allowed list.";
        }
    }
}
