package dev.reveille.session.visit;

import dev.reveille.session.ClientConnection;
import dev.reveille.session.ClientConnection.Door;
import dev.reveille.session.ClientConnection.Milestone;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.SessionId;
import dev.reveille.session.reception.Arrival;
import dev.reveille.session.relay.Wire;
import dev.reveille.session.relay.WireStage;
import dev.reveille.session.visit.Session.Command;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.util.ByteString;

/**
 * What a session carries from room to room until its relay begins: the wire, the clock of the current wait, and how to
 * leave early. Used by the session's actor only.
 */
final class Visit {

    private static final ByteString SILENCE = ByteString.emptyByteString();

    /** The SQLSTATE of too many of something. */
    private static final String OVERLOAD = "53300";

    private final ActorContext<Command> context;
    private final SessionRoles roles;
    private final ClientConnection connection;
    private final Wire wire;
    private Optional<Arrival> arrival = Optional.empty();
    private Cancellable clock = Cancellable.alreadyCancelled();
    private int ticket;

    private Visit(ActorContext<Command> context, SessionRoles roles, ClientConnection connection, Wire wire) {
        this.context = context;
        this.roles = roles;
        this.connection = connection;
        this.wire = wire;
    }

    static Visit begin(ActorContext<Command> context, SessionRoles roles, Sessions.Admit client, LoopStreams streams) {
        ClientConnection connection = client.connection();
        ActorRef<Command> self = context.getSelf();
        // Inside a WebSocket a client that has said Terminate waits for us to close (spec 03 §3.8).
        boolean closesFirst = connection.door() == Door.WEB_SOCKET;
        WireStage stage = new WireStage(
                event -> self.tell(new Session.FromWire(event)),
                client.socket(),
                closesFirst,
                roles.settings().lastWordsMax());
        Wire wire = streams.run(client.flow().joinMat(Flow.fromGraph(stage), Keep.right()));
        return new Visit(context, roles, connection, wire);
    }

    ActorContext<Command> context() {
        return context;
    }

    SessionRoles roles() {
        return roles;
    }

    ClientConnection connection() {
        return connection;
    }

    /** Who has come, for the log. */
    void arrived(Arrival arrived) {
        arrival = Optional.of(arrived);
    }

    SessionId id() {
        return connection.id();
    }

    Wire wire() {
        return wire;
    }

    /** A behavior that, if the session fails in it, leaves no socket behind. */
    Behavior<Command> receive(Function<Command, Behavior<Command>> onMessage) {
        return Behaviors.receive(Command.class)
                .onAnyMessage(onMessage::apply)
                .onSignal(PostStop.class, _ -> {
                    wire.abort(); // Does nothing where the wire has ended by itself.
                    return Behaviors.same();
                })
                .build();
    }

    /** A new wait begins; the clock of the one before stops. */
    void allow(Duration patience) {
        clock.cancel();
        ticket++;
        clock = context.scheduleOnce(patience, context.getSelf(), new Session.TooSlow(ticket));
    }

    /** Nothing is waited for. */
    void stopClock() {
        clock.cancel();
        ticket++;
    }

    /** Whether this rings for the current wait. */
    boolean isDue(Session.TooSlow rung) {
        return rung.ticket() == ticket;
    }

    int ticket() {
        return ticket;
    }

    /** Tells the client why, behind {@code before} which it has yet to hear, and ends the session. */
    Behavior<Command> refuse(SessionFailure failure, ByteString before) {
        SessionLog.refused(connection, arrival, failure);
        if (failure == SessionFailure.Plain.LEAVING) {
            connection.observer().accept(Milestone.LEAVING);
        } else if (failure.sqlState().equals(OVERLOAD)) {
            connection.observer().accept(Milestone.OVERLOADED);
        }
        return end(before.concat(failure.response(connection.id()).encode()));
    }

    Behavior<Command> refuse(SessionFailure failure) {
        return refuse(failure, SILENCE);
    }

    /** Ends the session without a word to the client. */
    Behavior<Command> leave(String reason) {
        SessionLog.left(connection, reason);
        return end(SILENCE);
    }

    private Behavior<Command> end(ByteString lastWords) {
        stopClock();
        wire.finish(lastWords);
        return Behaviors.stopped();
    }
}
