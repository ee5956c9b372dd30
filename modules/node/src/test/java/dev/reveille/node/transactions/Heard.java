package dev.reveille.node.transactions;

import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOutcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/** What a caller hears of a statement. */
class Heard implements StatementListener {

    static final long PATIENCE_SECONDS = 30;

    final List<String> events = Collections.synchronizedList(new ArrayList<>());
    final AtomicLong rowBytes = new AtomicLong();
    final AtomicInteger rows = new AtomicInteger();
    final CRC32 rowSum = new CRC32();
    final CompletableFuture<StatementOutcome> ended = new CompletableFuture<>();

    /** Called for each row, with how many bytes of rows have come. */
    volatile Consumer<Long> onRow = _ -> {};

    private final AtomicInteger inside = new AtomicInteger();

    StatementOutcome end() {
        return ended.copy().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public void reached(Origin origin) {
        alone(() -> events.add("reached " + origin));
    }

    @Override
    public void fields(int statement, Optional<RowDescription> fields) {
        alone(() -> events.add("fields "
                + fields.map(present -> present.columns().getFirst().name()).orElse("none")));
    }

    @Override
    public void row(int statement, byte[] bytes, int offset, int length) {
        alone(() -> {
            rowSum.update(bytes, offset, length);
            rows.incrementAndGet();
            onRow.accept(rowBytes.addAndGet(length));
        });
    }

    @Override
    public void completed(int statement, String tag) {
        alone(() -> events.add("completed " + tag));
    }

    @Override
    public void ended(StatementOutcome outcome) {
        alone(() -> {
            if (!ended.complete(outcome)) {
                events.add("ended again");
            }
        });
    }

    private void alone(Runnable event) {
        if (inside.incrementAndGet() != 1 || ended.isDone()) {
            events.add("called at a bad time");
        }
        event.run();
        inside.decrementAndGet();
    }
}
