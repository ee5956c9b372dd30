package dev.reveille.session.line;

import dev.reveille.protocol.frontend.Query;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;

/**
 * What makes a connection forget its last user: all of DISCARD ALL but its DISCARD PLANS, because plans are no state of a
 * user's and may be worth keeping (spec 03 §10.5). RESET ROLE brings back a role that a database or the role itself sets at
 * login: before the minor releases of November 2024 the statement before it left the session without it, and so does DISCARD
 * ALL ({@link #discardAllSuffices}).
 */
public final class Reset {

    /** The first minor releases, by major, whose SET SESSION AUTHORIZATION and settings of {@code role} do not get in the way. */
    private static final Map<Integer, Integer> FIRST_MINORS = Map.of(13, 18, 14, 15, 15, 10, 16, 6, 17, 2);

    private static final int FIRST_MAJOR = 18;

    private static final Pattern VERSION =
            Pattern.compile("(\\d{1,4})(?!\\d)(?:\\.(\\d{1,4})(?!\\d))?.*", Pattern.DOTALL);

    private static final String BEGINNING =
            "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; DEALLOCATE ALL; UNLISTEN *;"
                    + " SELECT pg_catalog.pg_advisory_unlock_all()";

    private static final String END = "; DISCARD TEMP; DISCARD SEQUENCES";
    private static final String FORGET = BEGINNING + END;

    /** Where no transaction is open; ROLLBACK would be answered with a warning, in the compute's log as well. */
    public static final ByteString PLAIN = new Query(FORGET).encode();

    /**
     * The same with the plans, where no transaction is open and {@link #discardAllSuffices}: one command instead of nine, for
     * an eighth of the server's time.
     */
    public static final ByteString PLANS_TOO = new Query("DISCARD ALL").encode();

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

    /**
     * Whether DISCARD ALL leaves the session of such a server with the role that it had after its login.
     *
     * @param serverVersion as the server reports it ({@code server_version}); false where it means nothing to us
     */
    public static boolean discardAllSuffices(String serverVersion) {
        Matcher version = VERSION.matcher(serverVersion);
        if (!version.matches()) {
            return false;
        }
        int major = Integer.parseInt(version.group(1));
        Integer firstMinor = FIRST_MINORS.get(major);
        return major >= FIRST_MAJOR
                || firstMinor != null && version.group(2) != null && Integer.parseInt(version.group(2)) >= firstMinor;
    }

    private Reset() {}
}
