package dev.reveille.session.login;

import dev.reveille.protocol.backend.ErrorFields;
import java.util.Set;

/** Which refusals of a compute may mean that another compute lives at its old address (spec 02 §6.4). */
final class LoginBlame {

    /** Refusals that prove we reached the right database: full, out of memory, or not what the client asked for. */
    private static final Set<String> AT_HOME = Set.of("53300", "53200", "42601", "40001", "3D000", "3F000", "22023");

    private static final String PROTOCOL_VIOLATION = "08P01";
    private static final String POOLER_FULL = "no more connections allowed (max_client_conn)";

    private LoginBlame() {}

    static boolean mayBeElsewhere(ErrorFields error) {
        boolean poolerFull =
                error.sqlState().equals(PROTOCOL_VIOLATION) && error.message().contains(POOLER_FULL);
        return !poolerFull && !AT_HOME.contains(error.sqlState());
    }
}
