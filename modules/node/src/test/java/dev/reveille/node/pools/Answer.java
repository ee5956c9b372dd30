package dev.reveille.node.pools;

import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.util.ByteString;

/** Hears what comes of an order and keeps it for the test. */
final class Answer implements StatementListener {

    static final long PATIENCE_SECONDS = 30;

    final List<List<String>> rows = new ArrayList<>();
    final List<String> tags = new ArrayList<>();
    final AtomicLong bytes = new AtomicLong();
    final CompletableFuture<Origin> origin = new CompletableFuture<>();
    final CompletableFuture<StatementOutcome> outcome = new CompletableFuture<>();
    final CompletableFuture<Void> firstRow = new CompletableFuture<>();
    private final boolean keeping;
    private Optional<StatementRun> run = Optional.empty();

    Answer(boolean keeping) {
        this.keeping = keeping;
    }

    void of(StatementRun begun) {
        run = Optional.of(begun);
    }

    StatementRun run() {
        return run.orElseThrow();
    }

    @Override
    public void reached(Origin how) {
        origin.complete(how);
    }

    @Override
    public void fields(int statement, Optional<RowDescription> fields) {}

    @Override
    public void row(int statement, byte[] array, int offset, int length) {
        bytes.addAndGet(length);
        if (keeping) {
            rows.add(DataRow.decode(ByteString.fromArray(array, offset, length)).columns().stream()
                    .map(value -> value.map(ByteString::utf8String).orElse("NULL"))
                    .toList());
        }
        firstRow.complete(null);
    }

    @Override
    public void completed(int statement, String tag) {
        tags.add(tag);
    }

    @Override
    public void ended(StatementOutcome how) {
        if (!outcome.complete(how)) {
            throw new IllegalStateException("ended twice");
        }
    }

    StatementOutcome ends() {
        try {
            return outcome.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException never) {
            throw new AssertionError("no end was heard", never);
        }
    }

    /** The first value of the first row of an order that must have been done. */
    String value() {
        done();
        return rows.getFirst().getFirst();
    }

    Answer done() {
        StatementOutcome how = ends();
        if (!(how instanceof StatementOutcome.Done)) {
            throw new AssertionError("not done but " + how);
        }
        return this;
    }

    /** The SQLSTATE of an order that PostgreSQL, or we in its words, refused. */
    String refusal() {
        StatementOutcome how = ends();
        if (how instanceof StatementOutcome.Refused(int _, var error)) {
            return error.sqlState();
        }
        throw new AssertionError("not refused but " + how);
    }
}
