package dev.reveille.session.line;

import dev.reveille.protocol.frontend.Query;
import org.apache.pekko.util.ByteString;

/**
 * What makes a connection forget its last user: all of DISCARD ALL but its DISCARD PLANS, because plans are no state of a
 * user's and are worth keeping (spec 03 §10.5). RESET ROLE brings back a role that a database or the role itself sets at login:
 * before the minor releases of November 2024 the statement before it left the session without it.
 */
public final class Reset {

    private static final String BEGINNING =
            "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; DEALLOCATE ALL; UNLISTEN *;"
                    + " SELECT pg_catalog.pg_advisory_unlock_all()";

    private static final String END = "; DISCARD TEMP; DISCARD SEQUENCES";
    private static final String FORGET = BEGINNING + END;

    /** Where no transaction is open; ROLLBACK would be answered with a warning, in the compute's log as well. */
    public static final ByteString PLAIN = new Query(FORGET).encode();

    /** Where one is, failed or not. */
    public static final ByteString ROLLING_BACK = new Query("ROLLBACK; " + FORGET).encode();

    /**
     * The same where no transaction is open, with an answer that can be told from any other: the last column of its row is
     * {@code mark}.
     *
     * @param mark letters and digits
     */
    public static ByteString marked(String mark) {
        return new Query(BEGINNING + ", '" + mark + "'" + END).encode();
    }

    private Reset() {}
}
