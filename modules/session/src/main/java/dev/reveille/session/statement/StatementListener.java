package dev.reveille.session.statement;

import dev.reveille.protocol.backend.RowDescription;
import java.util.Optional;

/**
 * Hears what comes of an order: {@code reached}, then for each statement {@code fields}, {@code row} for each row, and
 * {@code completed}; at the end {@code ended}, exactly once and always. All calls come one after the other, on a loop: they
 * must not block. After {@link StatementRun#pause} some rows may still come, those that have been read already.
 */
public interface StatementListener {

    /** How a connection was come by. */
    enum Origin {
        POOLED,
        OPENED,
        /** The compute had to be found, and perhaps woken, first. */
        WOKEN
    }

    void reached(Origin origin);

    /** What the rows of this statement look like; absent where it returns none. */
    void fields(int statement, Optional<RowDescription> fields);

    /**
     * One row: the body of a DataRow message (PostgreSQL manual, 54.7) as the compute sent it, not looked into. The array is
     * the listener's only during the call.
     */
    void row(int statement, byte[] bytes, int offset, int length);

    /**
     * A statement of the order is done.
     *
     * @param tag the command tag, empty for an empty statement
     */
    void completed(int statement, String tag);

    void ended(StatementOutcome outcome);
}
