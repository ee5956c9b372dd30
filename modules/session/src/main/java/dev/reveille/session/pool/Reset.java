package dev.reveille.session.pool;

import dev.reveille.protocol.frontend.Query;
import org.apache.pekko.util.ByteString;

/**
 * What makes a connection forget its last user: all of DISCARD ALL but its DISCARD PLANS, because plans are no state of a
 * user's and are worth keeping (spec 03 §10.5).
 */
final class Reset {

    private static final String FORGET =
            "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; UNLISTEN *;"
                    + " SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";

    /** Where no transaction is open; ROLLBACK would be answered with a warning, in the compute's log as well. */
    static final ByteString PLAIN = new Query(FORGET).encode();

    /** Where one is, failed or not. */
    static final ByteString ROLLING_BACK = new Query("ROLLBACK; " + FORGET).encode();

    private Reset() {}
}
