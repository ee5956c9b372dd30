package dev.reveille.session.pool;

import java.util.Locale;
import java.util.Set;

/**
 * Finds statements that may end the transaction they are in, by their first words. One may be taken for such that is none,
 * never the other way round: the extended protocol takes one command at a time, so the first word decides.
 */
final class TransactionEnds {

    private static final Set<String> ENDING = Set.of("COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE");

    private TransactionEnds() {}

    static boolean mayEnd(String sql) {
        int at = SqlSpace.skip(sql, 0);
        int end = at;
        while (end < sql.length() && isLetter(sql.charAt(end))) {
            end++;
        }
        return ENDING.contains(sql.substring(at, end).toUpperCase(Locale.ROOT));
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
