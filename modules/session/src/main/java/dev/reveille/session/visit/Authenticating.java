package dev.reveille.session.visit;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.routing.PasswordHack;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramNonce;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.ClientConnection.ClientTls;
import dev.reveille.session.ClientConnection.Door;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.SessionSettings;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.access.AccessVerdict;
import dev.reveille.session.authentication.LoginRules;
import dev.reveille.session.authentication.ScramDialogue;
import dev.reveille.session.reception.Arrival;
import dev.reveille.session.relay.WireEvent;
import dev.reveille.session.visit.Session.Command;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/**
 * The second stage: who may come in, and is this one of them (spec 01 §10).
 *
 * <pre>
 *   endpoint named ─────▶ awaitingAccess ──▶ awaitingProof ──▶ keys
 *   not named ─▶ awaitingPassword ──▲   └──▶ awaitingPassword / checkingPassword ──▶ keys
 * </pre>
 *
 * A clear-text password is asked for only where it must be: from a client that could not name its endpoint otherwise, and
 * inside a WebSocket.
 */
final class Authenticating {

    private final Visit visit;
    private Arrival arrival;
    private Optional<ByteString> password = Optional.empty();

    Authenticating(Visit visit) {
        this.visit = visit;
    }

    Behavior<Command> begin(Arrival arrived) {
        arrival = arrived;
        visit.arrived(arrival);
        if (arrival.endpoint().isPresent()) {
            return askForAccess();
        }
        boolean clearText =
                visit.connection().tls().isEmpty() && visit.connection().door() == Door.TCP;
        return clearText ? visit.refuse(SessionFailure.Plain.ENDPOINT_MISSING) : askForPassword();
    }

    // ---- clear-text password ----

    private Behavior<Command> askForPassword() {
        visit.allow(visit.roles().settings().authenticationMax());
        visit.wire().tellClient(new AuthenticationCleartextPassword().encode());
        SessionSettings settings = visit.roles().settings();
        boolean webSocket = visit.connection().door() == Door.WEB_SOCKET;
        visit.wire().hearClient(webSocket ? settings.passwordLengthMax() : settings.authenticationLengthMax());
        return visit.receive(command -> switch (command) {
            case Session.FromWire(WireEvent.ClientSaid(Frame message)) -> passwordHeard(message);
            default -> otherwise(command, SessionFailure.Plain.AUTHENTICATION_TIMED_OUT);
        });
    }

    private Behavior<Command> passwordHeard(Frame message) {
        if (message.tag() != PasswordMessage.TAG) {
            return broken("message '%s' where a password is due".formatted(Frame.tagText(message.tag())));
        }
        ByteString given;
        try {
            given = PasswordMessage.decode(message.body()).password();
        } catch (ProtocolViolation malformed) {
            return visit.refuse(SessionFailure.Plain.PASSWORD_MESSAGE_MALFORMED);
        }
        if (arrival.endpoint().isPresent()) {
            password = Optional.of(given);
            return askForAccess();
        }
        Optional<PasswordHack> hack = PasswordHack.parse(given);
        if (hack.isEmpty()) {
            return visit.refuse(SessionFailure.Plain.ENDPOINT_MISSING);
        }
        Optional<EndpointId> named = EndpointId.parse(hack.get().endpoint());
        if (named.isEmpty()) {
            return visit.refuse(new SessionFailure.EndpointMalformed(hack.get().endpoint()));
        }
        arrival = arrival.at(named.get());
        visit.arrived(arrival);
        password = Optional.of(hack.get().password());
        return askForAccess();
    }

    // ---- who may come in ----

    private Behavior<Command> askForAccess() {
        visit.allow(visit.roles().settings().accessMax());
        CompletableFuture<AccessControl> answer = visit.roles()
                .access()
                .find(visit.id(), arrival.endpoint().orElseThrow(), arrival.role())
                .toCompletableFuture();
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            return accessKnown(answer.join()); // The usual case; saves a trip through the mailbox.
        }
        visit.context()
                .pipeToSelf(
                        answer,
                        (access, failure) ->
                                failure == null ? new Session.AccessKnown(access) : new Session.AccessFailed(failure));
        return visit.receive(command -> switch (command) {
            case Session.AccessKnown(AccessControl access) -> accessKnown(access);
            case Session.AccessFailed(Throwable cause) -> visit.refuse(LoginRules.failure(cause));
            default -> otherwise(command, SessionFailure.Plain.CONTROL_PLANE_TOO_SLOW);
        });
    }

    private Behavior<Command> accessKnown(AccessControl access) {
        if (access.check(visit.connection().client().getAddress(), LoginRules.door(visit.connection()))
                instanceof AccessVerdict.Refused refused) {
            return visit.refuse(new SessionFailure.AccessDenied(refused.clientText()));
        }
        ScramVerifier verifier = LoginRules.verifier(
                access, visit.roles().mockKey(), arrival.endpoint().orElseThrow(), arrival.role());
        if (password.isPresent()) {
            return checkPassword(verifier, password.get());
        }
        return visit.connection().door() == Door.WEB_SOCKET ? askForPassword() : scram(verifier);
    }

    // ---- proof ----

    private Behavior<Command> scram(ScramVerifier verifier) {
        ChannelBinding binding = visit.connection()
                .tls()
                .flatMap(ClientTls::endPointDigest)
                .<ChannelBinding>map(ChannelBinding.EndPoint::new)
                .orElseGet(ChannelBinding.Unavailable::new);
        ScramDialogue dialogue = new ScramDialogue(arrival.role(), verifier, binding, ScramNonce.fresh());
        visit.allow(visit.roles().settings().authenticationMax());
        visit.wire().tellClient(dialogue.offer());
        listen();
        return visit.receive(command -> switch (command) {
            case Session.FromWire(WireEvent.ClientSaid(Frame message)) -> heard(dialogue.hear(message));
            default -> otherwise(command, SessionFailure.Plain.AUTHENTICATION_TIMED_OUT);
        });
    }

    private Behavior<Command> heard(ScramDialogue.Step step) {
        return switch (step) {
            case ScramDialogue.Challenge(ByteString toSay) -> {
                visit.wire().tellClient(toSay);
                listen();
                yield Behaviors.same();
            }
            case ScramDialogue.Proven(ByteString toSay, ScramKeys keys) -> proven(keys, toSay);
            case ScramDialogue.Refused(SessionFailure failure) -> refused(failure);
        };
    }

    private Behavior<Command> checkPassword(ScramVerifier verifier, ByteString given) {
        visit.allow(visit.roles().settings().authenticationMax());
        CompletableFuture<Optional<ScramKeys>> check = visit.roles()
                .passwordCheckers()
                .check(arrival.endpoint().orElseThrow(), verifier, given)
                .toCompletableFuture();
        visit.context()
                .pipeToSelf(
                        check,
                        (keys, failure) -> failure == null
                                ? new Session.PasswordChecked(keys)
                                : new Session.PasswordUnchecked(failure));
        return visit.receive(command -> switch (command) {
            case Session.PasswordChecked(Optional<ScramKeys> keys) ->
                keys.map(found -> proven(found, new AuthenticationOk().encode()))
                        .orElseGet(() -> refused(new SessionFailure.PasswordFailed(arrival.role())));
            case Session.PasswordUnchecked(Throwable cause) -> visit.refuse(LoginRules.failure(cause));
            default -> {
                Behavior<Command> next = otherwise(command, SessionFailure.Plain.AUTHENTICATION_TIMED_OUT);
                if (!Behavior.isAlive(next)) {
                    check.cancel(false); // Nobody is left to hear the result.
                }
                yield next;
            }
        });
    }

    private Behavior<Command> proven(ScramKeys keys, ByteString toSay) {
        password = Optional.empty();
        return new Reaching(visit, arrival, keys, toSay).begin();
    }

    private Behavior<Command> refused(SessionFailure failure) {
        if (failure instanceof SessionFailure.PasswordFailed) {
            visit.roles().access().doubt(arrival.endpoint().orElseThrow(), arrival.role());
        }
        return visit.refuse(failure);
    }

    // ---- what may happen in any of these waits ----

    private Behavior<Command> otherwise(Command command, SessionFailure whenTooSlow) {
        return switch (command) {
            case Session.FromWire(WireEvent.ClientLeft()) -> visit.leave("the client hung up during login");
            case Session.FromWire(WireEvent.ClientBabbled(String reason)) -> broken(reason);
            case Session.TooSlow slow when visit.isDue(slow) -> visit.refuse(whenTooSlow);
            case Session.Leave _ -> visit.refuse(SessionFailure.Plain.LEAVING);
            default -> Behaviors.unhandled();
        };
    }

    private Behavior<Command> broken(String fact) {
        return visit.refuse(new SessionFailure.AuthenticationBroken("authentication protocol violation", fact));
    }

    private void listen() {
        visit.wire().hearClient(visit.roles().settings().authenticationLengthMax());
    }
}
