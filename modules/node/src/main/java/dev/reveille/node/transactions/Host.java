package dev.reveille.node.transactions;

import dev.reveille.node.transactions.Letter.Bye;
import dev.reveille.node.transactions.Letter.Cancel;
import dev.reveille.node.transactions.Letter.Piece;
import dev.reveille.node.transactions.Letter.Pulse;
import dev.reveille.node.transactions.Letter.Stopped;
import dev.reveille.node.transactions.Letter.ToGuest;
import dev.reveille.node.transactions.Letter.TurnedAway;
import dev.reveille.node.transactions.Letter.Welcome;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import dev.reveille.session.statement.TransactionDesk;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.util.ByteString;

/**
 * Does one piece of work for a guest of another node. It ends when the guest says so, or when nothing was heard from there for
 * too long; a statement that runs then is cancelled.
 */
final class Host extends AbstractBehavior<Host.Command> {

    /** What a host hears: letters, and what it says to itself. */
    sealed interface Command permits Letter.ToHost, Note {}

    private enum Note implements Command {
        /** There are results, or an outcome. */
        RANG,
        PULSE_DUE,
        TOTAL_OVER
    }

    private final RoutingLimits limits;
    private final TransactionDesk desk;
    private final ActorRef<ToGuest> guest;
    private final PieceSender sender = new PieceSender();
    private final PieceReceiver receiver;
    private final Results results;
    private byte[] wish;
    private int wishBytes;
    private boolean begun;
    private boolean cancelled;
    private Optional<StatementRun> run = Optional.empty();
    private int quietPulses;

    private Host(
            ActorContext<Command> context,
            TransactionDesk desk,
            int length,
            ActorRef<ToGuest> guest,
            RoutingLimits limits) {
        super(context);
        this.limits = limits;
        this.desk = desk;
        this.guest = guest;
        this.wish = new byte[length];
        this.receiver = new PieceReceiver(limits.window());
        ActorRef<Command> self = context.getSelf();
        this.results = new Results(limits.pieceBytes(), limits.heldBytes(), () -> self.tell(Note.RANG));
        guest.tell(new Welcome(receiver.grant(), self.narrow()));
    }

    /** @param length of the wish, which there is room for */
    static Behavior<Command> create(TransactionDesk desk, int length, ActorRef<ToGuest> guest, RoutingLimits limits) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            startClocks(timers, limits);
            return new Host(context, desk, length, guest, limits);
        }));
    }

    private static void startClocks(TimerScheduler<Command> timers, RoutingLimits limits) {
        timers.startTimerWithFixedDelay(Note.PULSE_DUE, limits.pulse());
        timers.startSingleTimer(Note.TOTAL_OVER, limits.totalMax());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Command.class, this::decide)
                .onSignal(PostStop.class, _ -> {
                    drop();
                    return this;
                })
                .build();
    }

    private Behavior<Command> decide(Command command) {
        quietPulses = command instanceof Letter ? 0 : quietPulses;
        return switch (command) {
            case Piece(int number, ByteString bytes) -> take(number, bytes);
            case Pulse(int sent, int upTo) -> {
                sender.granted(upTo);
                sendOn();
                yield receiver.hasAll(sent) ? this : refuse();
            }
            case Cancel() -> cancel();
            case Bye() -> Behaviors.stopped();
            case Note.RANG -> {
                sendOn();
                sayStopped();
                yield this;
            }
            case Note.PULSE_DUE -> {
                guest.tell(pulse());
                yield limits.isTooQuiet(++quietPulses) ? Behaviors.stopped() : this;
            }
            case Note.TOTAL_OVER -> Behaviors.stopped();
        };
    }

    private Behavior<Command> take(int number, ByteString bytes) {
        if (cancelled) {
            return this;
        }
        if (begun || !receiver.takes(number) || bytes.size() > wish.length - wishBytes) {
            return refuse();
        }
        bytes.copyToArray(wish, wishBytes);
        wishBytes += bytes.size();
        receiver.use();
        if (wishBytes == wish.length) {
            return begin();
        }
        if (receiver.owesGrant()) {
            guest.tell(pulse());
        }
        return this;
    }

    private Behavior<Command> begin() {
        begun = true;
        Wish whole;
        try {
            whole = WishCode.decode(ByteString.fromArrayUnsafe(wish));
        } catch (ProtocolViolation violation) {
            getContext().getLog().warn("another node makes no sense: {}", violation.getMessage());
            guest.tell(new TurnedAway(Letter.Reason.UNKNOWN));
            return Behaviors.stopped();
        }
        wish = new byte[0];
        switch (whole) {
            case Wish.Run(var transaction, var order) -> {
                StatementRun begins = desk.run(transaction, order, results);
                run = Optional.of(begins);
                results.of(begins);
            }
            case Wish.End(var transaction, var pool, boolean commit) ->
                (commit ? desk.commit(transaction, pool) : desk.rollback(transaction, pool))
                        .thenAccept(results::answered);
        }
        return this;
    }

    /** A wish with a hole in it cannot be carried out. */
    private Behavior<Command> refuse() {
        guest.tell(new Stopped(new StatementOutcome.Unreached(SessionFailure.Plain.OTHER_NODE_AWAY)));
        return Behaviors.stopped();
    }

    /** Also where it was said before: the answer may have got lost. */
    private Behavior<Command> cancel() {
        if (!begun) {
            guest.tell(new Stopped(new StatementOutcome.Cancelled()));
            return Behaviors.stopped();
        }
        if (!cancelled) {
            cancelled = true;
            drop();
        }
        sayStopped();
        return this;
    }

    private void drop() {
        run.ifPresent(StatementRun::cancel);
        results.discard();
    }

    private void sayStopped() {
        if (cancelled) {
            results.outcome().ifPresent(outcome -> guest.tell(stopped(outcome)));
        }
    }

    /** A letter has its bounds, an error has not; whoever cancelled does not miss it. */
    private static Stopped stopped(StatementOutcome outcome) {
        boolean fits = OutcomeCode.encode(outcome).size() <= Letter.PIECE_MAX;
        return new Stopped(fits ? outcome : new StatementOutcome.Cancelled());
    }

    private void sendOn() {
        boolean more = !cancelled;
        while (more && sender.may()) {
            Optional<Piece> piece = sender.next(results.take());
            piece.ifPresent(guest::tell);
            more = piece.isPresent();
        }
    }

    private Pulse pulse() {
        return new Pulse(sender.sent(), receiver.grant());
    }
}
