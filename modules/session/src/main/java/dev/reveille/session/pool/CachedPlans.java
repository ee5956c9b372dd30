package dev.reveille.session.pool;

import java.util.Locale;
import java.util.Set;

/**
 * Finds statements that may use plans which their server process has cached (PostgreSQL manual, 41.11.2): those that call
 * functions, whose own statements are planned once, and those that change rows, which may run triggers and check foreign keys.
 * It is a guess: a query may call functions through a view or an operator, too. A wrong one costs time and nothing else.
 */
final class CachedPlans {

    /** A longer statement is not looked through, which would hold the loop; it may be anything. */
    static final int LENGTH_MAX = 16 * 1024;

    private static final String SELECT = "SELECT";

    /** Words that a parenthesis follows which holds no arguments of a function, and functions that have no plans. */
    private static final Set<String> NO_PLANS = Set.of("""
            select distinct from join lateral on using where and or not in any all some exists array row as by having over
            filter limit offset union except intersect case when then else like ilike between is of values with
            cast coalesce nullif greatest least count sum min max avg array_agg string_agg json_agg jsonb_agg
            json_build_object jsonb_build_object json_build_array jsonb_build_array to_json to_jsonb row_to_json
            row_number rank lower upper length trim concat round abs now date_trunc extract to_char
            char varchar numeric decimal""".split("\\s+"));

    private CachedPlans() {}

    static boolean mayBeUsedBy(String sql) {
        if (sql.length() > LENGTH_MAX) {
            return true;
        }
        int at = SqlSpace.skip(sql, 0);
        return !sql.regionMatches(true, at, SELECT, 0, SELECT.length()) || callsFunction(sql, at);
    }

    private static boolean callsFunction(String sql, int from) {
        for (int open = sql.indexOf('(', from); open >= 0; open = sql.indexOf('(', open + 1)) {
            int end = open;
            while (end > from && Character.isWhitespace(sql.charAt(end - 1))) {
                end--;
            }
            int start = end;
            while (start > from && isPartOfName(sql.charAt(start - 1))) {
                start--;
            }
            if (start < end && !NO_PLANS.contains(sql.substring(start, end).toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    /** A name's schema, and the quotation marks around it, make it another one than those we know. */
    private static boolean isPartOfName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '"' || c == '.';
    }
}
