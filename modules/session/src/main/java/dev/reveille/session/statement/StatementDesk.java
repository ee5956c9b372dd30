package dev.reveille.session.statement;

/** Carries out statements on pooled compute connections. Any thread; returns at once, and never throws. */
@FunctionalInterface
public interface StatementDesk {

    /** Begins to carry out {@code order}; {@code listener} may be called before this returns. */
    StatementRun run(StatementOrder order, StatementListener listener);
}
