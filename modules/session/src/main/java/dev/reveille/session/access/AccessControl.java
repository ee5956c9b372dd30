package dev.reveille.session.access;

import dev.reveille.protocol.scram.ScramVerifier;
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
    public static final AccessControl UNKNOWN =
            new AccessControl(Optional.empty(), List.of(), List.of(), false, false);

    public AccessControl {
        allowedAddresses = List.copyOf(allowedAddresses);
        allowedPrivateLinks = List.copyOf(allowedPrivateLinks);
    }
}
