package dev.reveille.session.pool;

import dev.reveille.session.line.Reset;
import dev.reveille.session.statement.Statement;
import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * Chooses the order by which a connection forgets its last user. To keep the plans that its server process has costs the
 * server some 15 µs more than to throw them away, and to make those of a function or a foreign key anew several times that
 * (decision 0014). So they are kept until sixteen requests in a row had no use for any. Used by the connection's actor only.
 */
final class Resets {

    /** By chance so many come together only where few requests use plans; with three, a load of which half did lost a tenth. */
    static final int IDLE_MIN = 16;

    private final boolean discardAllSuffices;

    /** Requests in a row that had no use for plans. */
    private int idle = IDLE_MIN; // A process that was just started has none.

    /** @param discardAllSuffices whether the server may be asked to forget plans, too */
    Resets(boolean discardAllSuffices) {
        this.discardAllSuffices = discardAllSuffices;
    }

    /** These are carried out next. */
    void before(List<Statement> statements) {
        if (discardAllSuffices && !statements.isEmpty()) {
            idle = mayUsePlans(statements) ? 0 : Math.min(idle + 1, IDLE_MIN);
        }
    }

    /** The order for a connection without an open transaction. */
    ByteString order() {
        return discardAllSuffices && idle >= IDLE_MIN ? Reset.PLANS_TOO : Reset.PLAIN;
    }

    private static boolean mayUsePlans(List<Statement> statements) {
        for (Statement statement : statements) {
            if (CachedPlans.mayBeUsedBy(statement.sql())) {
                return true;
            }
        }
        return false;
    }
}
