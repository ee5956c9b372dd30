package dev.reveille.node.transactions;

import dev.reveille.node.transactions.Letter.Bye;
import dev.reveille.node.transactions.Letter.Cancel;
import dev.reveille.node.transactions.Letter.Knock;
import dev.reveille.node.transactions.Letter.Piece;
import dev.reveille.node.transactions.Letter.Pulse;
import dev.reveille.node.transactions.Letter.Stopped;
import dev.reveille.node.transactions.Letter.ToHost;
import dev.reveille.node.transactions.Letter.ToPost;
import dev.reveille.node.transactions.Letter.TurnedAway;
import dev.reveille.node.transactions.Letter.Welcome;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.statement.StatementOutcome;
import java.util.ArrayDeque;
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
 * Sees to one piece of work on another node. Whatever happens its run hears an end: from the owner, or because nothing was
 * heard from there for too long.
 */
final class Guest extends AbstractBehavior<Guest.Command> {

    /** What a guest hears: letters, and what it says to itself. */
    sealed interface Command permits Letter.ToGuest, Note {}

    private enum Note implements Command {
        /** The caller has changed his mind. */
        RANG,
        FIRST_SIGN_DUE,
        PULSE_DUE,
        TOTAL_OVER
    }

    private static final StatementOutcome TOO_LONG = new StatementOutcome.Refused(
            0, ErrorFields.of("ERROR", "54000", "the statement is too long to be sent to the node of its transaction"));

    private final TimerScheduler<Command> timers;
    private final RoutingLimits limits;
    private final RemoteRun run;
    private final ResultReader reader;
    private final PieceSender sender = new PieceSender();
    private final PieceReceiver receiver;
    private final ArrayDeque<ByteString> waiting = new ArrayDeque<>();
    private ByteString wish;
    private Optional<ActorRef<ToHost>> host = Optional.empty();
    private int quietPulses;

    private Guest(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            RemoteRun run,
            ByteString wish,
            RoutingLimits limits) {
        super(context);
        this.timers = timers;
        this.limits = limits;
        this.run = run;
        this.wish = wish;
        this.reader = new ResultReader(run);
        this.receiver = new PieceReceiver(limits.window());
        ActorRef<Command> self = context.getSelf();
        run.seenToBy(() -> self.tell(Note.RANG));
        timers.startSingleTimer(Note.FIRST_SIGN_DUE, limits.firstSignMax());
        timers.startSingleTimer(Note.TOTAL_OVER, limits.totalMax());
    }

    /**
     * @param post of the owner's node
     * @param incarnation that it must have
     */
    static Behavior<Command> create(
            RemoteRun run, Wish wish, ActorRef<ToPost> post, long incarnation, RoutingLimits limits) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            ByteString bytes = ByteString.emptyByteString();
            try {
                bytes = WishCode.encode(wish);
            } finally {
                if (bytes.isEmpty() || bytes.size() > limits.wishBytesMax()) {
                    run.end(TOO_LONG);
                }
            }
            if (run.isOver()) {
                return Behaviors.stopped();
            }
            Guest guest = new Guest(context, timers, run, bytes, limits);
            post.tell(new Knock(incarnation, bytes.size(), context.getSelf().narrow()));
            return guest;
        }));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Command.class, this::decide)
                .onSignal(PostStop.class, _ -> {
                    giveUp();
                    return this;
                })
                .build();
    }

    private Behavior<Command> decide(Command command) {
        quietPulses = command instanceof Letter ? 0 : quietPulses;
        switch (command) {
            case Welcome welcome -> welcomed(welcome);
            case TurnedAway(var reason) -> {
                timers.cancel(Note.FIRST_SIGN_DUE);
                run.end(meaning(reason));
            }
            case Piece(int number, ByteString bytes) -> take(number, bytes);
            case Pulse(int sent, int upTo) -> {
                sender.granted(upTo);
                if (!run.cancelled() && !receiver.hasAll(sent)) {
                    giveUp();
                }
                sendOn();
            }
            case Stopped(var outcome) -> {
                run.end(outcome);
                host.ifPresent(there -> there.tell(new Bye()));
            }
            case Note.RANG -> callerRang();
            case Note.FIRST_SIGN_DUE -> run.end(RoutedTransactions.unknown()); // Nothing has been begun there.
            case Note.PULSE_DUE -> pulse();
            case Note.TOTAL_OVER -> giveUp();
        }
        useUp();
        return run.isOver() && (host.isPresent() || !timers.isTimerActive(Note.FIRST_SIGN_DUE))
                ? Behaviors.stopped()
                : this;
    }

    private static StatementOutcome meaning(Letter.Reason reason) {
        return switch (reason) {
            case UNKNOWN -> RoutedTransactions.unknown();
            case BUSY -> new StatementOutcome.Unreached(SessionFailure.Plain.TOO_MANY_STATEMENTS);
        };
    }

    private void welcomed(Welcome welcome) {
        if (host.isPresent()) {
            return;
        }
        host = Optional.of(welcome.host());
        timers.cancel(Note.FIRST_SIGN_DUE);
        timers.startTimerWithFixedDelay(Note.PULSE_DUE, limits.pulse());
        if (run.isOver()) {
            welcome.host().tell(new Cancel()); // It was cancelled while we stood at the door.
            return;
        }
        sender.granted(welcome.upTo());
        sayPulse();
        sendOn();
    }

    private void sendOn() {
        while (!run.cancelled() && host.isPresent() && sender.may() && !wish.isEmpty()) {
            ByteString piece = wish.take(limits.pieceBytes()).compact();
            wish = wish.drop(limits.pieceBytes());
            sender.next(piece).ifPresent(host.get()::tell);
        }
    }

    private void take(int number, ByteString bytes) {
        if (run.cancelled()) {
            return; // The end is told in another way.
        }
        if (receiver.takes(number)) {
            waiting.add(bytes);
        } else {
            giveUp();
        }
    }

    /** Tells the listener what is here, as long as it wants to hear. */
    private void useUp() {
        while (!waiting.isEmpty() && !run.paused() && !run.cancelled() && !run.isOver()) {
            try {
                reader.read(waiting.remove());
            } catch (ProtocolViolation violation) {
                getContext().getLog().warn("another node makes no sense: {}", violation.getMessage());
                giveUp();
                return;
            }
            receiver.use();
            if (run.isOver()) {
                host.ifPresent(there -> there.tell(new Bye()));
            } else if (receiver.owesGrant()) {
                sayPulse();
            }
        }
    }

    private void callerRang() {
        if (!run.cancelled() || run.isOver()) {
            return;
        }
        waiting.clear();
        if (host.isPresent()) {
            host.get().tell(new Cancel());
        } else {
            run.end(new StatementOutcome.Cancelled());
        }
    }

    private void pulse() {
        if (limits.isTooQuiet(++quietPulses)) {
            giveUp();
            return;
        }
        sayPulse();
        if (run.cancelled()) {
            callerRang(); // The first word of it may have got lost.
        }
    }

    private void sayPulse() {
        host.ifPresent(there -> there.tell(new Pulse(sender.sent(), receiver.grant())));
    }

    /** What was not told completely has not been begun. */
    private void giveUp() {
        if (run.isOver()) {
            return;
        }
        host.ifPresent(there -> there.tell(new Cancel()));
        run.end(
                wish.isEmpty()
                        ? new StatementOutcome.Lost(SessionFailure.Plain.OTHER_NODE_LOST)
                        : new StatementOutcome.Unreached(SessionFailure.Plain.OTHER_NODE_AWAY));
    }
}
