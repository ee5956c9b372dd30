package dev.reveille.session.pool;

import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.session.statement.StatementOutcome;

/** How a statement ends that we cancelled because its time was up: as if PostgreSQL's {@code statement_timeout} had. */
final class TimeLimit {

    private static final String CANCELED = "57014";

    private TimeLimit() {}

    /** The same outcome, in those words where it comes from our cancel request. */
    static StatementOutcome inItsWords(StatementOutcome outcome) {
        return outcome instanceof StatementOutcome.Refused(int statement, ErrorFields error)
                        && error.sqlState().equals(CANCELED)
                ? exceededBy(statement)
                : outcome;
    }

    static StatementOutcome exceededBy(int statement) {
        return new StatementOutcome.Refused(
                statement, ErrorFields.of("ERROR", CANCELED, "canceling statement due to statement timeout"));
    }
}
