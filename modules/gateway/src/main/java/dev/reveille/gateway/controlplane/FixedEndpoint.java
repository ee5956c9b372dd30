package dev.reveille.gateway.controlplane;

import dev.reveille.gateway.jwt.EndpointTokens;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.access.AddressPattern;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import java.util.List;
import java.util.Map;

/**
 * An endpoint whose compute always runs in the same place.
 *
 * @param address where
 * @param tls how to secure the connection to it
 * @param allowedAddresses from where clients may come; an empty list means from everywhere
 * @param allowedPrivateLinks through which private links they may come, whatever their address there; where both lists are
 *     empty, through any
 * @param roles the verifier of each role that may come in, as {@code pg_authid.rolpassword} of the compute holds it
 * @param tokens whose tokens open which roles over HTTP
 */
public record FixedEndpoint(
        ComputeAddress address,
        ComputeTls tls,
        List<AddressPattern> allowedAddresses,
        List<String> allowedPrivateLinks,
        Map<RoleName, ScramVerifier> roles,
        EndpointTokens tokens) {

    public FixedEndpoint {
        allowedAddresses = List.copyOf(allowedAddresses);
        allowedPrivateLinks = List.copyOf(allowedPrivateLinks);
        roles = Map.copyOf(roles);
    }

    /**
     * Whether nobody may come through a private link: addresses at the far end of a link are not those of the list, and a
     * list that says from where clients may come must not be passed by on another way.
     */
    boolean privateLinksBlocked() {
        return allowedPrivateLinks.isEmpty() && !allowedAddresses.isEmpty();
    }

    /** An endpoint that lists no private links and takes no tokens. */
    public FixedEndpoint(
            ComputeAddress address,
            ComputeTls tls,
            List<AddressPattern> allowedAddresses,
            Map<RoleName, ScramVerifier> roles) {
        this(address, tls, allowedAddresses, List.of(), roles, EndpointTokens.NONE);
    }
}
