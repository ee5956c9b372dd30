package dev.reveille.gateway.sql.values;

/**
 * What becomes of the values of a column.
 *
 * @param scalar of the value, or of an array's elements
 * @param array whether the value is an array's literal
 * @param delimiter between the elements of an array
 */
public record ColumnType(Scalar scalar, boolean array, char delimiter) {

    /** Everything that is not better known: a string, as printed. */
    public static final ColumnType TEXT = of(Scalar.TEXT);

    private static final char COMMA = ',';

    /** How one value is written in JSON. */
    public enum Scalar {
        /** A string, as printed. Also for numbers that a double could not hold, such as those of int8. */
        TEXT,
        /** {@code true} or {@code false}. */
        BOOL,
        /** A number that any reader can hold. */
        INT,
        /** A number; NaN and the infinities are strings. */
        FLOAT,
        /** JSON already. */
        JSON
    }

    static ColumnType of(Scalar scalar) {
        return new ColumnType(scalar, false, COMMA);
    }

    static ColumnType arrayOf(Scalar scalar) {
        return new ColumnType(scalar, true, COMMA);
    }
}
