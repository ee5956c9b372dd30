package dev.reveille.node.transactions;

import dev.reveille.protocol.Format;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import dev.reveille.session.statement.TransactionAnswer;
import dev.reveille.session.statement.TransactionDesk;
import dev.reveille.session.statement.TransactionId;
import dev.reveille.session.statement.TransactionOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A node's own transactions, which do what a statement's text says: {@code hang} runs until it is cancelled, and with more
 * words behind it then has a large error to tell; {@code flood ROWS BYTES} sends so many rows of so many bytes as long as it
 * is not paused; {@code fail} is refused; everything else is one row: its first parameter, or itself.
 */
final class ScriptedDesk implements TransactionDesk {

    static final RowDescription COLUMNS = new RowDescription(
            List.of(new RowDescription.Column("größe", 1, (short) 2, 25, (short) -1, -1, Format.TEXT)));

    private static final long ROUND_TRIP_MILLIS = 100;

    final ConcurrentLinkedQueue<StatementOrder> orders = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> ends = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Running> runs = new ConcurrentLinkedQueue<>();
    final AtomicLong flooded = new AtomicLong();

    /** Transactions end when this is complete. */
    volatile CompletableFuture<Void> endsMayEnd = CompletableFuture.completedFuture(null);

    private final Map<String, Open> open = new ConcurrentHashMap<>();

    private record Open(TransactionId id, PoolKey pool) {}

    @Override
    public CompletionStage<TransactionAnswer> begin(TransactionOrder order) {
        TransactionId id = TransactionId.fresh();
        open.put(id.handle(), new Open(id, order.pool()));
        return CompletableFuture.completedFuture(
                new TransactionAnswer.Begun(id, Duration.ofSeconds(30), Duration.ofMinutes(5)));
    }

    @Override
    public StatementRun run(TransactionId transaction, StatementOrder order, StatementListener listener) {
        Running run = new Running(listener);
        if (isUnknown(transaction, order.pool())) {
            listener.ended(RoutedTransactions.unknown());
            return run;
        }
        orders.add(order);
        runs.add(run);
        // As a compute, it does not answer before its caller knows what runs.
        CompletableFuture.delayedExecutor(
                        order.statements().getFirst().sql().startsWith("flood") ? ROUND_TRIP_MILLIS : 0,
                        TimeUnit.MILLISECONDS,
                        task -> Thread.ofVirtual().start(task))
                .execute(() -> run.carryOut(order));
        return run;
    }

    @Override
    public CompletionStage<TransactionAnswer> commit(TransactionId transaction, PoolKey pool) {
        return end(transaction, pool, true);
    }

    @Override
    public CompletionStage<TransactionAnswer> rollback(TransactionId transaction, PoolKey pool) {
        return end(transaction, pool, false);
    }

    private CompletionStage<TransactionAnswer> end(TransactionId transaction, PoolKey pool, boolean commit) {
        if (isUnknown(transaction, pool)) {
            return CompletableFuture.completedFuture(new TransactionAnswer.Failed(RoutedTransactions.unknown()));
        }
        open.remove(transaction.handle());
        ends.add(commit ? "commit" : "rollback");
        return endsMayEnd.thenApply(_ -> new TransactionAnswer.Ended(commit));
    }

    private boolean isUnknown(TransactionId transaction, PoolKey pool) {
        Open known = open.get(transaction.handle());
        return known == null
                || !known.id().provesToBe(transaction)
                || !known.pool().equals(pool);
    }

    /** A statement at work. */
    final class Running implements StatementRun {

        final CompletableFuture<Void> cancelled = new CompletableFuture<>();

        private final StatementListener listener;
        private final Semaphore go = new Semaphore(0);
        volatile boolean paused;

        Running(StatementListener listener) {
            this.listener = listener;
        }

        void carryOut(StatementOrder order) {
            String[] words = order.statements().getFirst().sql().split(" ", 3);
            listener.reached(StatementListener.Origin.POOLED);
            switch (words[0]) {
                case "hang" -> {
                    cancelled.join();
                    listener.ended(
                            words.length == 1
                                    ? new StatementOutcome.Cancelled()
                                    : new StatementOutcome.Refused(
                                            0, ErrorFields.of("ERROR", "XX000", "x".repeat(1_000_000))));
                }
                case "fail" -> listener.ended(new StatementOutcome.RowTooLong(0, 7));
                case "flood" -> flood(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
                default -> {
                    listener.fields(0, Optional.of(COLUMNS));
                    byte[] row = order.statements().getFirst().parameters().stream()
                            .findFirst()
                            .flatMap(parameter -> parameter)
                            .map(parameter -> parameter.toArray())
                            .orElseGet(() -> order.statements().getFirst().sql().getBytes());
                    listener.row(0, row, 0, row.length);
                    listener.completed(0, "SELECT 1");
                    listener.ended(new StatementOutcome.Done());
                }
            }
        }

        private void flood(int count, int length) {
            listener.fields(0, Optional.of(COLUMNS));
            byte[] row = new byte[length];
            for (int at = 0; at < count && !cancelled.isDone(); at++) {
                while (paused && !cancelled.isDone()) {
                    go.acquireUninterruptibly();
                }
                Arrays.fill(row, (byte) at);
                flooded.addAndGet(length);
                listener.row(0, row, 0, length);
            }
            listener.completed(0, "SELECT " + count);
            listener.ended(cancelled.isDone() ? new StatementOutcome.Cancelled() : new StatementOutcome.Done());
        }

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
            go.release();
        }

        @Override
        public void cancel() {
            cancelled.complete(null);
            go.release();
        }
    }
}
