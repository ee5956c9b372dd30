package dev.reveille.session.statement;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * One statement of the extended protocol: parameters and results are text, and PostgreSQL infers the parameters' types.
 *
 * @param sql without NUL
 * @param parameters their text in UTF-8 without NUL; absent for NULL. At most 65,535.
 */
public record Statement(String sql, List<Optional<ByteString>> parameters) {

    public static final int PARAMETERS_MAX = 65_535;

    public Statement {
        parameters = List.copyOf(parameters);
        if (sql.indexOf('\0') >= 0 || parameters.size() > PARAMETERS_MAX) {
            throw new IllegalArgumentException("NUL in a statement, or too many parameters");
        }
    }

    /** Statements and parameters may hold anything; they are not printed. */
    @Override
    public String toString() {
        return "Statement[%d characters, %d parameters]".formatted(sql.length(), parameters.size());
    }
}
