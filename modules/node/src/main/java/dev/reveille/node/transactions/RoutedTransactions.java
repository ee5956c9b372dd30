package dev.reveille.node.transactions;

import dev.reveille.node.transactions.Letter.ToPost;
import dev.reveille.protocol.backend.ErrorFields;
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
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/**
 * The transactions of a whole cluster, seen from one of its nodes. Those that begin here stay here, and their names say so;
 * work in one of another node is sent to that node. A name can only lead to nodes that are members now, and to the very life of
 * a node that gave it out: all else is an unknown transaction, and nobody is spoken to.
 *
 * <p>The desk outlives the lives of the cluster's actor system. Any thread; listeners of work on another node are called on
 * threads of the cluster's actor system.
 */
public final class RoutedTransactions implements TransactionDesk {

    private static final StatementRun NOTHING_RUNS = new StatementRun() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
    };

    private final TransactionDesk own;
    private final boolean hasNeighbours;
    private final RoutingLimits limits;
    private final long incarnation = new SecureRandom().nextLong();
    private final Set<RemoteRun> underWay = ConcurrentHashMap.newKeySet();
    private volatile NodePlace place;
    private volatile Optional<Routes> routes = Optional.empty();

    /** The ways to other nodes during one life of the cluster's actor system. */
    private record Routes(ActorRef<TransactionPost.Command> post, Members members) {}

    /** Where a transaction is. */
    private sealed interface Whereabouts {
        record Here(TransactionId transaction) implements Whereabouts {}

        record There(TransactionId transaction, ActorRef<ToPost> post, long incarnation, Routes routes)
                implements Whereabouts {}

        /** Perhaps on another node, but this one knows no other at the moment. */
        record Away() implements Whereabouts {}

        record Nowhere() implements Whereabouts {}
    }

    /**
     * @param own the transactions of this node
     * @param address where other nodes will reach this one, {@code host:port}, where that is known before it joins
     * @param hasNeighbours whether this node is to be one of several
     */
    public RoutedTransactions(
            TransactionDesk own, Optional<String> address, boolean hasNeighbours, RoutingLimits limits) {
        this.own = own;
        this.hasNeighbours = hasNeighbours;
        this.limits = limits;
        this.place = NodePlace.of(address.orElse(""), incarnation);
    }

    /** This node is a member of its cluster, until {@code system} ends. Once for each life of it. */
    public void joined(ActorSystem<?> system) {
        Members members = new Members(system);
        Routes current = new Routes(
                system.systemActorOf(
                        TransactionPost.create(own, incarnation, members, limits),
                        TransactionPost.NAME,
                        DispatcherSelector.defaultDispatcher()),
                members);
        place = NodePlace.of(members.ownAddress(), incarnation);
        routes = Optional.of(current);
        system.getWhenTerminated().whenComplete((_, _) -> parted(current));
    }

    /** How many pieces of work are under way on other nodes. */
    public int underWay() {
        return underWay.size();
    }

    @Override
    public CompletionStage<TransactionAnswer> begin(TransactionOrder order) {
        return own.begin(order).thenApply(answer -> switch (answer) {
            case TransactionAnswer.Begun(var id, var idleMax, var totalMax) ->
                new TransactionAnswer.Begun(new PlacedId(id, place).outer(), idleMax, totalMax);
            case TransactionAnswer.Ended ended -> ended;
            case TransactionAnswer.Failed failed -> failed;
        });
    }

    @Override
    public StatementRun run(TransactionId transaction, StatementOrder order, StatementListener listener) {
        Whereabouts where = order.batch().isPresent() ? new Whereabouts.Nowhere() : whereabouts(transaction);
        return switch (where) {
            case Whereabouts.Here(var inner) -> own.run(inner, order, listener);
            case Whereabouts.There there ->
                send(
                        there,
                        new Wish.Run(there.transaction(), order),
                        new RemoteResult.OfStatement(listener),
                        order.rowLengthMax());
            case Whereabouts.Away() -> refused(listener, away());
            case Whereabouts.Nowhere() -> refused(listener, unknown());
        };
    }

    @Override
    public CompletionStage<TransactionAnswer> commit(TransactionId transaction, PoolKey pool) {
        return end(transaction, pool, true, own::commit);
    }

    @Override
    public CompletionStage<TransactionAnswer> rollback(TransactionId transaction, PoolKey pool) {
        return end(transaction, pool, false, own::rollback);
    }

    private CompletionStage<TransactionAnswer> end(
            TransactionId transaction,
            PoolKey pool,
            boolean commit,
            BiFunction<TransactionId, PoolKey, CompletionStage<TransactionAnswer>> here) {
        return switch (whereabouts(transaction)) {
            case Whereabouts.Here(var inner) -> here.apply(inner, pool);
            case Whereabouts.There there -> {
                RemoteResult.OfEnd answer = new RemoteResult.OfEnd(new CompletableFuture<>());
                send(there, new Wish.End(there.transaction(), pool, commit), answer, 0);
                yield answer.answer();
            }
            case Whereabouts.Away() -> CompletableFuture.completedFuture(new TransactionAnswer.Failed(away()));
            case Whereabouts.Nowhere() -> CompletableFuture.completedFuture(new TransactionAnswer.Failed(unknown()));
        };
    }

    private Whereabouts whereabouts(TransactionId transaction) {
        Optional<PlacedId> placed = PlacedId.of(transaction);
        if (placed.isEmpty()) {
            return new Whereabouts.Nowhere();
        }
        NodePlace at = placed.get().place();
        if (at.incarnation() == incarnation) {
            return new Whereabouts.Here(placed.get().inner());
        }
        Optional<Routes> current = routes;
        if (current.isEmpty()) {
            return hasNeighbours ? new Whereabouts.Away() : new Whereabouts.Nowhere();
        }
        return current.get()
                .members()
                .post(at.address())
                .<Whereabouts>map(
                        post -> new Whereabouts.There(placed.get().inner(), post, at.incarnation(), current.get()))
                .orElseGet(Whereabouts.Nowhere::new);
    }

    private StatementRun send(Whereabouts.There there, Wish wish, RemoteRun.ResultListener listener, int rowLengthMax) {
        if (underWay.size() >= limits.runsMax()) {
            return refused(listener, new StatementOutcome.Unreached(SessionFailure.Plain.TOO_MANY_STATEMENTS));
        }
        RemoteRun run = new RemoteRun(listener, rowLengthMax, underWay::remove);
        underWay.add(run);
        there.routes().post().tell(new TransactionPost.Send(run, wish, there.post(), there.incarnation()));
        if (!routes.equals(Optional.of(there.routes()))) {
            run.end(away()); // The post may have been gone already; a guest that was sent out all the same finds it
            // over.
        }
        return run;
    }

    private void parted(Routes ended) {
        if (routes.equals(Optional.of(ended))) {
            routes = Optional.empty();
        }
        // Those whose post ended before it sent a guest out; the others know.
        underWay.forEach(run -> run.end(away()));
    }

    private static StatementRun refused(StatementListener listener, StatementOutcome outcome) {
        listener.ended(outcome);
        return NOTHING_RUNS;
    }

    /** One that was never there, one that is over, somebody else's, and one whose node is gone look the same. */
    static StatementOutcome.Refused unknown() {
        return new StatementOutcome.Refused(
                0, ErrorFields.of("ERROR", "25P01", "there is no such transaction (it may have timed out)"));
    }

    private static StatementOutcome.Unreached away() {
        return new StatementOutcome.Unreached(SessionFailure.Plain.OTHER_NODE_AWAY);
    }
}
