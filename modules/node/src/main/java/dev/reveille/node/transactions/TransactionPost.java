package dev.reveille.node.transactions;

import dev.reveille.node.transactions.Letter.Knock;
import dev.reveille.node.transactions.Letter.Reason;
import dev.reveille.node.transactions.Letter.ToPost;
import dev.reveille.node.transactions.Letter.TurnedAway;
import dev.reveille.session.statement.TransactionDesk;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** Where a node's work for the transactions of others begins, in both directions: sends guests out, and gives others hosts. */
final class TransactionPost extends AbstractBehavior<TransactionPost.Command> {

    /** Below {@code /system} on every node; the settings of the cluster's remoting name it, too. */
    static final String NAME = "transactions";

    private static final DispatcherSelector WORKERS = DispatcherSelector.fromConfig("reveille.transactions-dispatcher");

    /** What a post hears: letters, and its own node. */
    sealed interface Command permits ToPost, Send, HostGone {}

    /** A piece of work is for the node of {@code post}. */
    record Send(RemoteRun run, Wish wish, ActorRef<ToPost> post, long incarnation) implements Command {}

    private record HostGone(int length) implements Command {}

    private final TransactionDesk desk;
    private final long incarnation;
    private final Members members;
    private final RoutingLimits limits;
    private int hosts;
    private long wishesBytes;

    private TransactionPost(
            ActorContext<Command> context,
            TransactionDesk desk,
            long incarnation,
            Members members,
            RoutingLimits limits) {
        super(context);
        this.desk = desk;
        this.incarnation = incarnation;
        this.members = members;
        this.limits = limits;
    }

    /**
     * @param desk of this node's own transactions
     * @param incarnation of this node
     */
    static Behavior<Command> create(TransactionDesk desk, long incarnation, Members members, RoutingLimits limits) {
        Behavior<Command> post =
                Behaviors.setup(context -> new TransactionPost(context, desk, incarnation, members, limits));
        // What is under way ends with it, and everybody hears so; the next is served again.
        return Behaviors.supervise(post).onFailure(SupervisorStrategy.restart());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder().onMessage(Command.class, this::decide).build();
    }

    private Behavior<Command> decide(Command command) {
        switch (command) {
            case Knock knock -> knocked(knock);
            case Send(var run, var wish, var post, long meant) ->
                getContext().spawnAnonymous(Guest.create(run, wish, post, meant, limits), WORKERS);
            case HostGone(int length) -> {
                hosts--;
                wishesBytes -= length;
            }
        }
        return this;
    }

    private void knocked(Knock knock) {
        if (!members.has(knock.guest())) {
            return; // Whoever it is, nobody answers strangers.
        }
        int length = knock.length();
        if (knock.incarnation() != incarnation || length < 1 || length > limits.wishBytesMax()) {
            knock.guest().tell(new TurnedAway(Reason.UNKNOWN));
        } else if (hosts >= limits.runsMax() || wishesBytes + length > limits.wishesBytesMax()) {
            knock.guest().tell(new TurnedAway(Reason.BUSY));
        } else {
            hosts++;
            wishesBytes += length;
            getContext()
                    .watchWith(
                            getContext().spawnAnonymous(Host.create(desk, length, knock.guest(), limits), WORKERS),
                            new HostGone(length));
        }
    }
}
