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
        int at = skipSpace(sql, 0);
        int end = at;
        while (end < sql.length() && isLetter(sql.charAt(end))) {
            end++;
        }
        return ENDING.contains(sql.substring(at, end).toUpperCase(Locale.ROOT));
    }

    /** Space, comments (which nest, as PostgreSQL's do) and the semicolons of empty commands. */
    private static int skipSpace(String sql, int from) {
        int at = from;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (Character.isWhitespace(c) || c == ';' || c == '\uFEFF') {
                at++;
            } else if (sql.startsWith("--", at)) {
                at = endOfLine(sql, at);
            } else if (sql.startsWith("/*", at)) {
                at = endOfComment(sql, at);
            } else {
                return at;
            }
        }
        return at;
    }

    private static int endOfLine(String sql, int from) {
        int at = from;
        while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
            at++;
        }
        return at;
    }

    private static int endOfComment(String sql, int from) {
        int depth = 0;
        int at = from;
        while (at < sql.length()) {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                depth--;
                at += 2;
                if (depth == 0) {
                    return at;
                }
            } else {
                at++;
            }
        }
        return at;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
