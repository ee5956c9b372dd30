package dev.reveille.gateway.controlplane;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ControlPlane;
import dev.reveille.session.compute.ControlPlaneFailure;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The control plane {@code fixed}: a list of endpoints that the operator wrote, whose computes never sleep. Immutable;
 * both calls answer at once, on the caller's thread.
 *
 * <p>A name that is not on the list is tried again without its suffix ({@link EndpointId#normalised}), so that {@code
 * blue-pooler} leads to {@code blue}. A compute option ({@link EndpointKey#options}) chooses nothing: each endpoint has
 * one compute.
 */
public final class FixedControlPlane implements ControlPlane {

    private final Map<EndpointId, FixedEndpoint> endpoints;

    public FixedControlPlane(Map<EndpointId, FixedEndpoint> endpoints) {
        this.endpoints = Map.copyOf(endpoints);
    }

    /** An unknown role of a known endpoint is held to the endpoint's lists, like the roles it has. */
    @Override
    public CompletionStage<AccessControl> accessControl(SessionId session, EndpointId endpoint, RoleName role) {
        return CompletableFuture.completedFuture(find(endpoint)
                .map(known -> new AccessControl(
                        Optional.ofNullable(known.roles().get(role)),
                        known.allowedAddresses(),
                        known.allowedPrivateLinks(),
                        false,
                        known.privateLinksBlocked()))
                .orElse(AccessControl.UNKNOWN));
    }

    @Override
    public CompletionStage<Compute> wake(SessionId session, EndpointKey key) {
        return find(key.endpoint())
                .map(known -> CompletableFuture.completedStage(new Compute(known.address(), known.tls(), false)))
                .orElseGet(() -> CompletableFuture.failedStage(new ControlPlaneFailure(
                        "endpoint " + key.endpoint() + " is not on the list",
                        "Control plane request failed: endpoint cannot be found",
                        false,
                        Optional.empty())));
    }

    private Optional<FixedEndpoint> find(EndpointId endpoint) {
        return Optional.ofNullable(endpoints.get(endpoint))
                .or(() -> Optional.ofNullable(endpoints.get(endpoint.normalised())));
    }
}
