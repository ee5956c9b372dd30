package dev.reveille.session.statement;

import java.util.Optional;

/**
 * How the transaction of a batch begins; what is absent is left to the database's defaults (spec 03 §5.2).
 *
 * @param readOnly whether READ ONLY is asked for; READ WRITE never is
 * @param deferrable whether DEFERRABLE is asked for; NOT DEFERRABLE never is
 */
public record BatchOptions(Optional<Isolation> isolation, boolean readOnly, boolean deferrable) {

    public static final BatchOptions DEFAULTS = new BatchOptions(Optional.empty(), false, false);

    /** PostgreSQL manual, START TRANSACTION. */
    public enum Isolation {
        READ_UNCOMMITTED("READ UNCOMMITTED"),
        READ_COMMITTED("READ COMMITTED"),
        REPEATABLE_READ("REPEATABLE READ"),
        SERIALIZABLE("SERIALIZABLE");

        private final String sql;

        Isolation(String sql) {
            this.sql = sql;
        }

        /** As it is written in SQL. */
        public String sql() {
            return sql;
        }
    }
}
