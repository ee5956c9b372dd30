package dev.reveille.session.statement;

import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.session.SessionFailure;

/** How a run ended. */
public sealed interface StatementOutcome {

    /** Everything was done, and in a batch committed. */
    record Done() implements StatementOutcome {}

    /**
     * PostgreSQL refused, or we did in its words (a COPY, a transaction ended inside a batch).
     *
     * @param statement which of the batch's; -1 for its beginning or its end
     */
    record Refused(int statement, ErrorFields error) implements StatementOutcome {}

    /** No connection was to be had: nothing was begun. */
    record Unreached(SessionFailure failure) implements StatementOutcome {}

    /** The connection broke, or the compute made no sense, after the statement was sent: it may have been carried out. */
    record Lost(SessionFailure failure) implements StatementOutcome {}

    /** A row was longer than the order allows; the rest was cancelled. */
    record RowTooLong(int statement, long bytes) implements StatementOutcome {}

    /** The caller ended it. */
    record Cancelled() implements StatementOutcome {}
}
