package dev.reveille.gateway.sql;

import dev.reveille.protocol.Format;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.protocol.backend.RowDescription.Column;
import dev.reveille.session.statement.StatementDesk;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementListener.Origin;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.pekko.util.ByteString;

/** A desk that answers what the test says: at once by a script, or when the test takes the call. */
final class ScriptedDesk implements StatementDesk {

    static final int INT4 = 23;
    static final int TEXT = 25;

    private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile Optional<Consumer<Call>> script = Optional.empty();

    /** From now on every order is answered like this, before {@code run} returns. */
    void always(Consumer<Call> answer) {
        script = Optional.of(answer);
    }

    /** The next order, which must come soon. */
    Call next() {
        try {
            Call call = calls.poll(10, TimeUnit.SECONDS);
            if (call == null) {
                throw new AssertionError("nobody ordered anything");
            }
            return call;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** How many orders there were. */
    int count() {
        return count.get();
    }

    @Override
    public StatementRun run(StatementOrder order, StatementListener listener) {
        count.incrementAndGet();
        Call call = new Call(order, listener);
        script.ifPresentOrElse(answer -> answer.accept(call), () -> calls.add(call));
        return call;
    }

    /** One order, and what the test tells its listener. */
    static final class Call implements StatementRun {

        final StatementOrder order;
        final StatementListener listener;
        final CountDownLatch cancelled = new CountDownLatch(1);
        private final CountDownLatch firstPause = new CountDownLatch(1);
        final AtomicInteger pauses = new AtomicInteger();
        private volatile boolean paused;

        Call(StatementOrder order, StatementListener listener) {
            this.order = order;
            this.listener = listener;
        }

        Call reached() {
            listener.reached(Origin.POOLED);
            return this;
        }

        /** Columns c0, c1 … of these types. */
        Call fields(int statement, int... types) {
            List<Column> columns = new ArrayList<>();
            for (int at = 0; at < types.length; at++) {
                columns.add(new Column("c" + at, 0, (short) 0, types[at], (short) -1, -1, Format.TEXT));
            }
            listener.fields(statement, Optional.of(new RowDescription(columns)));
            return this;
        }

        Call row(int statement, String... values) {
            byte[] body = body(values);
            // Somewhere inside an array that is used again at once.
            byte[] around = new byte[body.length + 7];
            System.arraycopy(body, 0, around, 3, body.length);
            listener.row(statement, around, 3, body.length);
            Arrays.fill(around, (byte) 0x7f);
            return this;
        }

        Call completed(int statement, String tag) {
            listener.completed(statement, tag);
            return this;
        }

        void ended(StatementOutcome outcome) {
            listener.ended(outcome);
        }

        void done() {
            ended(new StatementOutcome.Done());
        }

        boolean paused() {
            return paused;
        }

        /** The run is paused, now or soon. */
        void isPaused() throws InterruptedException {
            if (!firstPause.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the run is not paused");
            }
        }

        void isCancelled() throws InterruptedException {
            if (!cancelled.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("the run is not cancelled");
            }
        }

        @Override
        public void pause() {
            pauses.incrementAndGet();
            paused = true;
            firstPause.countDown();
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }

        static byte[] body(String... values) {
            List<Optional<ByteString>> columns = new ArrayList<>();
            for (String value : values) {
                columns.add(Optional.ofNullable(value).map(ByteString::fromString));
            }
            return new DataRow(columns).body().toArray();
        }
    }
}
