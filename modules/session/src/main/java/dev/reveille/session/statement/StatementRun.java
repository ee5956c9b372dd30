package dev.reveille.session.statement;

/** An order that is being carried out. Any thread; returns at once. */
public interface StatementRun {

    /** Read no more of the compute for now; rows that have been read already still come. */
    void pause();

    void resume();

    /**
     * Nobody wants the result any more. What waits is given up; what runs is cancelled at the compute, never late; a COMMIT
     * that has been sent runs to its end. The listener still hears {@code ended}.
     */
    void cancel();
}
