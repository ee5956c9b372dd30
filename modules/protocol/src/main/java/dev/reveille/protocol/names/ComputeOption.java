package dev.reveille.protocol.names;

import java.util.Comparator;

/**
 * One choice of the kind {@code neon_<key>:<value>} that a client made among the computes of an endpoint, such as
 * {@code lsn:0/2}; the prefix is not part of the key (spec 01 §8.1). It is meant for the control plane and never sent
 * to the compute. Ordered by key, then value.
 */
public record ComputeOption(String key, String value) implements Comparable<ComputeOption> {

    private static final Comparator<ComputeOption> ORDER =
            Comparator.comparing(ComputeOption::key).thenComparing(ComputeOption::value);

    /** The one option that says how to treat parameters, and chooses no compute (spec 01 §6.3, §8.3). */
    private static final String ALL_PARAMETERS = "proxy_params_compat";

    /** Whether it chooses a compute that is one of its kind, and not for others (spec 01 §8.3). */
    public boolean choosesCompute() {
        return !key.equals(ALL_PARAMETERS);
    }

    @Override
    public int compareTo(ComputeOption other) {
        return ORDER.compare(this, other);
    }
}
