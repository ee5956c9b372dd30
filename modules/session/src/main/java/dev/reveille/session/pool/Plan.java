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
 * @param repeat when it may be said again on another connection
 * @param afterwards what becomes of the connection
 */
record Plan(
        List<Command> before,
        List<Statement> statements,
        Optional<String> after,
        boolean transaction,
        Repeat repeat,
        Afterwards afterwards) {

    /** A command of ours. */
    record Command(String sql, List<Optional<ByteString>> parameters) {}

    /** When all of it may be said again on another connection. */
    enum Repeat {
        /** It makes sense on this connection only. */
        NEVER,
        /** Where it is certain that nothing of it was carried out. */
        UNSENT,
        /** Also where nobody knows: it changes nothing. */
        ALWAYS
    }

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
                order.batch().filter(BatchOptions::readOnly).isPresent() ? Repeat.ALWAYS : Repeat.UNSENT,
                transaction ? Afterwards.FORGET : Afterwards.FORGET_AT_ONCE);
    }

    /** The beginning of a transaction that stays open. */
    static Plan begin(StatementOrder order) {
        Plan batch = of(order);
        return new Plan(batch.before(), List.of(), Optional.empty(), false, Repeat.UNSENT, Afterwards.HOLD);
    }

    /** A statement of an open transaction. */
    static Plan within(StatementOrder order) {
        return new Plan(List.of(), order.statements(), Optional.empty(), false, Repeat.NEVER, Afterwards.HOLD);
    }

    /** The end of an open transaction. */
    static Plan end(boolean commit) {
        return new Plan(
                List.of(),
                List.of(),
                Optional.of(commit ? "COMMIT" : "ROLLBACK"),
                false,
                Repeat.NEVER,
                Afterwards.FORGET);
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
