package dev.reveille.session.compute;

import java.util.Optional;

/**
 * How a connection to a compute is secured; the modes are libpq's {@code sslmode} (PostgreSQL manual, 34.19).
 *
 * @param serverName the name to ask for and to verify; the address's host where absent
 */
public record ComputeTls(Mode mode, Optional<String> serverName) {

    public static final ComputeTls DISABLED = new ComputeTls(Mode.DISABLE, Optional.empty());

    /** From no protection to proof of identity. */
    public enum Mode {
        /** Never. */
        DISABLE,
        /** When the compute can; its certificate is not checked. */
        PREFER,
        /** Always; the certificate is not checked. */
        REQUIRE,
        /** Always; chain and name of the certificate are checked. */
        VERIFY_FULL
    }
}
