package dev.reveille.gateway.sql;

import dev.reveille.gateway.sql.answer.SqlError;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.SessionId;
import dev.reveille.session.statement.StatementOutcome;

/** How the caller hears that its statements were not carried out. Functions only; any thread. */
final class Outcomes {

    private Outcomes() {}

    /**
     * Of any outcome but {@code Done}.
     *
     * @param answerMax bytes that an answer may have
     */
    static SqlError error(StatementOutcome outcome, boolean batch, long answerMax, SessionId request) {
        return switch (outcome) {
            case StatementOutcome.Done() -> SqlError.internal(request);
            case StatementOutcome.Refused(int statement, var error) -> SqlError.of(error, batch, statement);
            case StatementOutcome.Unreached(var failure) -> SqlError.of(logged(failure, request), request);
            case StatementOutcome.Lost(var failure) -> SqlError.lost(logged(failure, request), request);
            case StatementOutcome.RowTooLong _ -> SqlError.answerTooLarge(answerMax, request);
            case StatementOutcome.Cancelled() ->
                SqlError.ours(400, "ERROR", "57014", "canceling statement due to user request", request);
        };
    }

    private static SessionFailure logged(SessionFailure failure, SessionId request) {
        if (failure.blame() != SessionFailure.Blame.CLIENT && !(failure instanceof SessionFailure.ComputeRefused)) {
            SqlLog.cause(request, failure.logText());
        }
        return failure;
    }
}
