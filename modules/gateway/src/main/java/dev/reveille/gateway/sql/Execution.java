package dev.reveille.gateway.sql;

import dev.reveille.gateway.sql.answer.AnswerText;
import dev.reveille.gateway.sql.answer.SqlError;
import dev.reveille.gateway.sql.request.SqlBody;
import dev.reveille.gateway.sql.request.SqlHeaders;
import dev.reveille.gateway.sql.values.ColumnType;
import dev.reveille.gateway.sql.values.MalformedValue;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Hears what comes of a request's statements and turns it into its answer. While the types of a result are being looked up,
 * or its reader is behind, the compute is read no further; what comes all the same is kept. Used in the request's turns; a
 * row that comes in somebody else's turn is copied.
 */
final class Execution implements StatementListener, Outlet.Reader {

    private static final int FIRST_CAPACITY = 512;

    private final Exchange exchange;
    private final List<Boolean> arrayModes;
    private final boolean batch;
    private final AnswerText text;
    private final Outlet outlet;
    private final ArrayDeque<Runnable> kept = new ArrayDeque<>(0); // Mostly nothing is.
    private long keptBytes;
    private boolean typesDue;
    private boolean paused;
    private Optional<StatementRun> run = Optional.empty();

    Execution(Exchange exchange, SqlBody asked) {
        this.exchange = exchange;
        this.batch = asked.batch();
        this.arrayModes = asked.arrayModes(exchange.headers().arrayMode());
        SqlSettings settings = exchange.parts().settings();
        this.text = new AnswerText(batch, exchange.headers().raw(), settings.answerBytes(), FIRST_CAPACITY);
        this.outlet = new Outlet(settings, exchange.request().materializer(), this);
    }

    void run(StatementOrder order) {
        Optional<String> transaction = exchange.headers().transaction();
        Optional<TransactionDoor> transactions = exchange.parts().roles().transactions();
        if (transaction.isEmpty()) {
            run = Optional.of(exchange.parts().roles().desk().run(order, this));
        } else if (transactions.isPresent()) {
            run = Optional.of(transactions.get().run(transaction.get(), order, this));
        } else {
            exchange.refuse(TransactionExchange.notOffered(exchange.id()));
        }
    }

    // ---- what the desk says ----

    @Override
    public void reached(Origin origin) {
        exchange.turns().run(() -> exchange.timing().reached(origin));
    }

    @Override
    public void fields(int statement, Optional<RowDescription> fields) {
        exchange.turns().run(() -> inOrder(() -> heardFields(statement, fields)));
    }

    @Override
    public void row(int statement, byte[] bytes, int offset, int length) {
        if (exchange.turns().tryEnter()) {
            try {
                heardRow(bytes, offset, length);
            } catch (RuntimeException fault) {
                exchange.fault(fault);
            } finally {
                exchange.turns().leave();
            }
            return;
        }
        byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
        exchange.turns().run(() -> heardRow(copy, 0, copy.length));
    }

    @Override
    public void completed(int statement, String tag) {
        exchange.turns()
                .run(() -> inOrder(() -> {
                    if (!exchange.over()) {
                        text.completed(tag);
                        pass();
                    }
                }));
    }

    @Override
    public void ended(StatementOutcome outcome) {
        exchange.turns().run(() -> inOrder(() -> heardEnd(outcome)));
    }

    private void inOrder(Runnable event) {
        if (typesDue) {
            kept.add(event);
        } else {
            event.run();
        }
    }

    private void keep(byte[] row) {
        keptBytes += row.length;
        if (keptBytes > exchange.parts().settings().answerBytes()) {
            fail(SqlError.answerTooLarge(exchange.parts().settings().answerBytes(), exchange.id()));
        } else if (holdsTooMuch()) {
            fail(SqlError.noMemory(exchange.id()));
        } else {
            kept.add(() -> {
                keptBytes -= row.length;
                heardRow(row, 0, row.length);
            });
        }
    }

    private void heardFields(int statement, Optional<RowDescription> fields) {
        if (exchange.over()) {
            return;
        }
        if (fields.isEmpty()) {
            begin(statement, fields, List.of());
        } else if (exchange.headers().raw()) {
            // Types decide nothing here: none is ever looked up.
            begin(statement, fields, Collections.nCopies(fields.get().columns().size(), ColumnType.TEXT));
        } else {
            CompletableFuture<List<ColumnType>> types = exchange.parts().types().find(fields.get(), exchange.caller());
            if (types.isDone()) {
                begin(statement, fields, types.join());
                return;
            }
            typesDue = true;
            regulate();
            types.thenAccept(found -> exchange.turns().run(() -> typesKnown(statement, fields, found)));
        }
    }

    private void typesKnown(int statement, Optional<RowDescription> fields, List<ColumnType> types) {
        typesDue = false;
        if (!exchange.over()) {
            begin(statement, fields, types);
        }
        while (!typesDue && !kept.isEmpty()) {
            kept.remove().run();
        }
        regulate();
    }

    private void begin(int statement, Optional<RowDescription> fields, List<ColumnType> types) {
        try {
            text.fields(fields, types, arrayModes.get(statement));
            pass();
        } catch (AnswerText.TooLong _) {
            fail(SqlError.answerTooLarge(exchange.parts().settings().answerBytes(), exchange.id()));
        }
    }

    private void heardRow(byte[] bytes, int offset, int length) {
        if (exchange.over()) {
            return;
        }
        if (typesDue) {
            keep(Arrays.copyOfRange(bytes, offset, offset + length));
            return;
        }
        try {
            text.row(bytes, offset, length);
            pass();
        } catch (AnswerText.TooLong _) {
            fail(SqlError.answerTooLarge(exchange.parts().settings().answerBytes(), exchange.id()));
        } catch (MalformedValue malformed) {
            fail(SqlError.unreadable(exchange.id()));
        }
    }

    private void heardEnd(StatementOutcome outcome) {
        if (exchange.over()) {
            return;
        }
        switch (outcome) {
            case StatementOutcome.Done() -> finish();
            default ->
                stop(Outcomes.error(outcome, batch, exchange.parts().settings().answerBytes(), exchange.id()));
        }
    }

    // ---- on its way out ----

    /** Sends on what has grown enough, and holds the node to its memory. */
    private void pass() {
        if (exchange.over()) {
            return;
        }
        if (!outlet.pass(text, false)) {
            fail(SqlError.noMemory(exchange.id()));
            return;
        }
        if (!outlet.streaming()
                && outlet.waiting() + text.size() > exchange.parts().settings().bufferBytes()) {
            exchange.answer(good(outlet.open()));
        }
        if (holdsTooMuch()) {
            fail(SqlError.noMemory(exchange.id()));
        } else {
            regulate();
        }
    }

    private boolean holdsTooMuch() {
        return !exchange.share().hold(exchange.bodyBytes() + text.capacity() + keptBytes + outlet.waiting());
    }

    private void finish() {
        text.end();
        if (!outlet.streaming()) {
            exchange.succeeded(text);
            exchange.answer(good(outlet.whole(text)));
            return;
        }
        if (outlet.pass(text, true)) {
            outlet.complete();
            exchange.succeeded(text);
        } else {
            stop(SqlError.noMemory(exchange.id()));
        }
    }

    private HttpResponse good(ResponseEntity entity) {
        List<HttpHeader> more = new ArrayList<>();
        more.add(exchange.timing().header());
        SqlHeaders asked = exchange.headers();
        if (batch && asked.transaction().isEmpty()) {
            asked.isolation().ifPresent(level -> more.add(RawHeader.create(SqlHeaders.ISOLATION_LEVEL, level)));
            if (asked.batch().readOnly()) {
                more.add(RawHeader.create(SqlHeaders.READ_ONLY, "true"));
            }
            if (asked.batch().deferrable()) {
                more.add(RawHeader.create(SqlHeaders.DEFERRABLE, "true"));
            }
        }
        return Answers.good(entity, exchange.request().http(), exchange.parts().cors(), more);
    }

    /** We end it: what runs at the compute is of no use to anybody. */
    void fail(SqlError error) {
        stop(error);
        run.ifPresent(StatementRun::cancel);
    }

    private void stop(SqlError error) {
        if (exchange.over()) {
            return;
        }
        kept.clear();
        if (outlet.streaming()) {
            outlet.breakOff();
            exchange.breakOff("sqlstate " + error.sqlState());
        } else {
            exchange.refuse(error);
        }
    }

    void abandon() {
        kept.clear();
        if (outlet.streaming()) {
            outlet.breakOff();
        }
        run.ifPresent(StatementRun::cancel);
    }

    // ---- back-pressure ----

    private void regulate() {
        boolean wanted = typesDue || outlet.full();
        if (wanted != paused && run.isPresent()) {
            paused = wanted;
            if (paused) {
                run.get().pause();
            } else {
                run.get().resume();
            }
        }
    }

    @Override
    public void tookSome() {
        exchange.turns().run(this::regulate);
    }

    @Override
    public void left() {
        exchange.turns().run(() -> {
            if (!exchange.over()) { // Before everything was there.
                exchange.breakOff("the client left");
                abandon();
            }
        });
        exchange.delivered();
    }

    @Override
    public void stalled() {
        exchange.turns().run(() -> {
            exchange.breakOff("the client reads nothing");
            abandon();
        });
    }
}
