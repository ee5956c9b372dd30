package dev.reveille.protocol.names;

import java.util.List;

/**
 * What one compute is known by: the endpoint as the client named it (not normalised) and the client's compute options,
 * sorted, so that their order in the connection string does not matter (spec 01 §8.2).
 */
public record EndpointKey(EndpointId endpoint, List<ComputeOption> options) {

    public EndpointKey {
        options = options.isEmpty() ? List.of() : options.stream().sorted().toList();
    }

    /** The key of an endpoint for which the client chose nothing further. */
    public static EndpointKey of(EndpointId endpoint) {
        return new EndpointKey(endpoint, List.of());
    }

    /**
     * Whether connections to this compute may serve one client after the other: what a client chose among an endpoint's
     * computes, it chose for itself alone (spec 01 §8.2, 03 §10).
     */
    public boolean isShared() {
        for (ComputeOption option : options) {
            if (option.choosesCompute()) {
                return false;
            }
        }
        return true;
    }

    /** As logs show it, and as the reference keys its cache: {@code ep-a endpoint_type:read_write lsn:0/2}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(endpoint.value());
        options.forEach(
                option -> text.append(' ').append(option.key()).append(':').append(option.value()));
        return text.toString();
    }
}
