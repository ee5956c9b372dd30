package dev.reveille.session.access;

import dev.reveille.protocol.scram.ScramVerifier;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Who may come in, as the control plane answered for one endpoint and role (spec 02 §3.2).
 *
 * @param secret the role's SCRAM verifier; absent for a role without a password, an unknown role or an unknown endpoint
 * @param allowedAddresses from where; an empty list means from everywhere
 * @param allowedPrivateLinks through which private links, where the door is a private one; empty means through any
 * @param publicBlocked whether the public door is shut for this endpoint
 * @param privateBlocked whether the private door is shut for this endpoint
 */
public record AccessControl(
        Optional<ScramVerifier> secret,
        List<AddressPattern> allowedAddresses,
        List<String> allowedPrivateLinks,
        boolean publicBlocked,
        boolean privateBlocked) {

    /** The answer for what does not exist: no secret, and nothing that would tell the difference. */
    public static final AccessControl UNKNOWN = new AccessControl(Optional.empty(), List.of(), List.of(), false, false);

    public AccessControl {
        allowedAddresses = List.copyOf(allowedAddresses);
        allowedPrivateLinks = List.copyOf(allowedPrivateLinks);
    }

    /**
     * Whether a client may come in from {@code client} through {@code door}; the same for logins and for cancel
     * requests (spec 01 §9.2, spec 02 §3.6).
     */
    public AccessVerdict check(InetAddress client, AccessDoor door) {
        return switch (door) {
            case AccessDoor.Public _ -> checkPublic(client);
            case AccessDoor.Private(Optional<String> link) -> checkPrivate(link);
        };
    }

    private AccessVerdict checkPublic(InetAddress client) {
        if (!isListed(client)) {
            return new AccessVerdict.AddressNotAllowed(client);
        }
        return publicBlocked ? new AccessVerdict.NetworkBlocked() : new AccessVerdict.Allowed();
    }

    private boolean isListed(InetAddress client) {
        for (AddressPattern pattern : allowedAddresses) {
            if (pattern.matches(client)) {
                return true;
            }
        }
        return allowedAddresses.isEmpty();
    }

    private AccessVerdict checkPrivate(Optional<String> link) {
        if (privateBlocked) {
            return new AccessVerdict.NetworkBlocked();
        }
        if (link.isEmpty()) {
            return new AccessVerdict.PrivateLinkMissing();
        }
        return allowedPrivateLinks.isEmpty() || allowedPrivateLinks.contains(link.get())
                ? new AccessVerdict.Allowed()
                : new AccessVerdict.PrivateLinkNotAllowed(link.get());
    }
}
