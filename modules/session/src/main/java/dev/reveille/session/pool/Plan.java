package dev.reveille.session.pool;

import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * What is to be said for an order: commands of ours, its statements, and a last command of ours.
 *
 * @param before what the statements need
 * @param after what completes them; absent where they stand for themselves
 * @param transaction whether the statements are in a transaction that they must not end
 * @param harmless whether all of it may be done twice
 * @param afterwards what becomes of the connection
 */
record Plan(
        List<Command> before,
        List<Statement> statements,
        Optional<String> after,
        boolean transaction,
        boolean harmless,
        Afterwards afterwards) {

    /** A command of ours. */
    record Command(String sql, List<Optional<ByteString>> parameters) {}

    /** What becomes of the connection when all is done. */
    enum Afterwards {
        /** It forgets, by a command that is sent with the statement: a round trip less before it serves again. */
        FORGET_AT_ONCE,
        /** It forgets when the answer is there. */
        FORGET,
        /** It stays with a transaction. */
        HOLD
    }

    static Plan of(StatementOrder order) {
        List<Command> before = new ArrayList<>();
        order.batch().ifPresent(options -> before.add(new Command(start(options), List.of())));
        boolean transaction = order.batch().isPresent();
        order.claims().ifPresent(claims -> before.add(claims(claims, transaction)));
        return new Plan(
                List.copyOf(before),
                order.statements(),
                transaction ? Optional.of("COMMIT") : Optional.empty(),
                transaction,
                order.batch().filter(BatchOptions::readOnly).isPresent(),
                transaction ? Afterwards.FORGET : Afterwards.FORGET_AT_ONCE);
    }

    int steps() {
        return before.size() + statements.size() + (after.isPresent() ? 1 : 0);
    }

    /** Which statement this step is; -1 for a command of ours. */
    int statementOf(int step) {
        int statement = step - before.size();
        return statement < statements.size() ? Math.max(statement, -1) : -1;
    }

    /** PostgreSQL manual, START TRANSACTION. */
    static String start(BatchOptions options) {
        List<String> modes = new ArrayList<>();
        options.isolation().ifPresent(isolation -> modes.add("ISOLATION LEVEL " + isolation.sql()));
        if (options.readOnly()) {
            modes.add("READ ONLY");
        }
        if (options.deferrable()) {
            modes.add("DEFERRABLE");
        }
        return modes.isEmpty() ? "START TRANSACTION" : "START TRANSACTION " + String.join(", ", modes);
    }

    /** Where it fails, PostgreSQL skips the statement: nobody runs without his claims. */
    static Command claims(String json, boolean transaction) {
        return new Command(
                "SELECT pg_catalog.set_config('request.jwt.claims', $1, %s)".formatted(transaction),
                List.of(Optional.of(ByteString.fromString(json))));
    }
}
