package dev.reveille.session.statement;

import java.time.Duration;

/** What became of a wish about a transaction. */
public sealed interface TransactionAnswer {

    /**
     * It is open.
     *
     * @param idleMax after so long without a statement it is rolled back
     * @param totalMax after so long it is rolled back in any case
     */
    record Begun(TransactionId id, Duration idleMax, Duration totalMax) implements TransactionAnswer {}

    /**
     * It is over.
     *
     * @param committed false where it was rolled back: as asked, or because it had failed before it was to be committed
     */
    record Ended(boolean committed) implements TransactionAnswer {}

    /** It could not be begun, or ended badly; a commit whose outcome is {@code Lost} may have been carried out. */
    record Failed(StatementOutcome outcome) implements TransactionAnswer {}
}
