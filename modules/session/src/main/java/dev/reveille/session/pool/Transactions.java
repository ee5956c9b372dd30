package dev.reveille.session.pool;

import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.SessionFailure;
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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The transactions that are open on this node, each with a connection of its endpoint's pool to itself. Any thread.
 */
public final class Transactions implements TransactionDesk {

    private static final StatementRun NOTHING_RUNS = new StatementRun() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
    };

    private final ActorSystem<?> system;
    private final ComputePools pools;
    private final TransactionSettings settings;
    private final ConcurrentMap<String, OpenTransaction> open = new ConcurrentHashMap<>();
    private final ConcurrentMap<EndpointKey, Integer> ofEndpoint = new ConcurrentHashMap<>();
    private final AtomicInteger ofNode = new AtomicInteger();

    private Transactions(ActorSystem<?> system, ComputePools pools, TransactionSettings settings) {
        this.system = system;
        this.pools = pools;
        this.settings = settings;
    }

    /** No transaction is open yet. */
    public static Transactions on(ActorSystem<?> system, ComputePools pools, TransactionSettings settings) {
        return new Transactions(system, pools, settings);
    }

    /** How many are open, those being begun included. */
    public int size() {
        return ofNode.get();
    }

    @Override
    public CompletionStage<TransactionAnswer> begin(TransactionOrder order) {
        if (!enter(order.pool().endpoint())) {
            return CompletableFuture.completedFuture(new TransactionAnswer.Failed(
                    new StatementOutcome.Unreached(SessionFailure.Plain.TOO_MANY_TRANSACTIONS)));
        }
        return new OpenTransaction(TransactionId.fresh(), order.pool(), settings, this).begin(order);
    }

    @Override
    public StatementRun run(TransactionId transaction, StatementOrder order, StatementListener listener) {
        Optional<OpenTransaction> known = find(transaction, order.pool());
        if (known.isEmpty() || order.batch().isPresent()) {
            listener.ended(unknown());
            return NOTHING_RUNS;
        }
        return known.get().run(order, listener).orElse(NOTHING_RUNS);
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
        return find(transaction, pool)
                .map(known -> known.end(commit))
                .orElseGet(() -> CompletableFuture.completedFuture(new TransactionAnswer.Failed(unknown())));
    }

    /** One that was never there, one that is over, and somebody else's look the same. */
    static StatementOutcome.Refused unknown() {
        return new StatementOutcome.Refused(
                0, ErrorFields.of("ERROR", "25P01", "there is no such transaction (it may have timed out)"));
    }

    private Optional<OpenTransaction> find(TransactionId transaction, PoolKey pool) {
        return Optional.ofNullable(open.get(transaction.handle()))
                .filter(known ->
                        known.id().provesToBe(transaction) && known.pool().equals(pool));
    }

    private boolean enter(EndpointKey endpoint) {
        if (ofNode.incrementAndGet() > settings.openMaxOfNode()) {
            ofNode.decrementAndGet();
            return false;
        }
        if (ofEndpoint.merge(endpoint, 1, Integer::sum) > settings.openMaxOfEndpoint()) {
            leave(endpoint);
            return false;
        }
        return true;
    }

    // ---- for the transactions ----

    ComputePools pools() {
        return pools;
    }

    void opened(OpenTransaction transaction) {
        open.put(transaction.id().handle(), transaction);
    }

    void ended(OpenTransaction transaction) {
        open.remove(transaction.id().handle());
        leave(transaction.pool().endpoint());
    }

    Cancellable after(Duration pause, Runnable what) {
        return system.scheduler().scheduleOnce(pause, what, system.executionContext());
    }

    private void leave(EndpointKey endpoint) {
        ofEndpoint.computeIfPresent(endpoint, (_, count) -> count > 1 ? count - 1 : null);
        ofNode.decrementAndGet();
    }
}
