package dev.reveille.session.visit;

import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.protocol.startup.GssEncRequest;
import dev.reveille.protocol.startup.SslRequest;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupPacket;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.reception.Arrival;
import dev.reveille.session.reception.Reception;
import dev.reveille.session.relay.WireEvent;
import dev.reveille.session.visit.Session.Command;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/**
 * The first stage: waits for the client's start-up packet. What is not one is answered with silence, because nothing says
 * that the other side speaks this protocol at all (spec 01 §19.1).
 */
final class Receiving {

    private static final ByteString NO = ByteString.fromString("N");

    private final Visit visit;
    private boolean askedForTls;
    private boolean askedForGss;

    Receiving(Visit visit) {
        this.visit = visit;
    }

    Behavior<Command> begin() {
        Duration spent = Duration.ofNanos(System.nanoTime() - visit.connection().acceptedAtNanos());
        Duration left = visit.roles().settings().startupMax().minus(spent);
        visit.allow(left.isNegative() ? Duration.ZERO : left);
        listen();
        return awaitingStartup();
    }

    private Behavior<Command> awaitingStartup() {
        return visit.receive(command -> switch (command) {
            case Session.FromWire(WireEvent.ClientOpened(StartupPacket packet)) -> heard(packet);
            case Session.FromWire(WireEvent.ClientBabbled(String reason)) -> visit.leave(reason);
            case Session.FromWire(WireEvent.ClientLeft()) -> visit.leave("the client hung up");
            case Session.TooSlow slow when visit.isDue(slow) -> visit.leave("no start-up packet in time");
            case Session.Leave _ -> visit.refuse(SessionFailure.Plain.LEAVING);
            default -> Behaviors.unhandled();
        });
    }

    private Behavior<Command> heard(StartupPacket packet) {
        return switch (packet) {
            case StartupMessage startup -> received(startup);
            case CancelRequest request -> new Cancelling(visit).begin(request);
            case SslRequest _ -> {
                boolean again = askedForTls;
                askedForTls = true;
                yield refuseEncryption(again);
            }
            case GssEncRequest _ -> {
                boolean again = askedForGss;
                askedForGss = true;
                yield refuseEncryption(again);
            }
        };
    }

    private Behavior<Command> received(StartupMessage startup) {
        return switch (Reception.receive(startup, visit.connection())) {
            case Reception.Refused(SessionFailure failure) -> visit.refuse(failure);
            case Reception.Received(Arrival arrival) -> {
                arrival.answer().ifPresent(answer -> visit.wire().tellClient(answer.encode()));
                yield new Authenticating(visit).begin(arrival);
            }
        };
    }

    /** The door deals with these on a plain socket; here they come from inside TLS, where they are out of place. */
    private Behavior<Command> refuseEncryption(boolean again) {
        if (again || visit.connection().door() != ClientConnection.Door.WEB_SOCKET) {
            return visit.leave("a request for encryption that is out of place");
        }
        visit.wire().tellClient(NO);
        listen();
        return Behaviors.same();
    }

    private void listen() {
        visit.wire().hearStartup(visit.roles().settings().startupLengthMax());
    }
}
